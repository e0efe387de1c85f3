/**
 * Who signed the target list (SAF-01). The signature lies beside the plant file (`plant.yaml.sig`) and is one of its
 * manifest: the digests of the file and of the tables and anchors that it reads, as they were read. Who counts as a
 * signer stands in a file in OpenSSH's form for allowed signers, which whoever starts the agent names and the plant file
 * cannot: who may write the list must not say who signs it.
 */
import { statSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import type { Plant, Problem } from '../contract/plant.ts';
import { readSshSignature, type SshSignature } from './ssh-signature.ts';
import { readText, shownPath } from './yaml-source.ts';

export const namespace = 'plimsoll-targets';

export interface ReadFiles {
  /** Absolute path and digest of the plant file. */
  readonly file: string;
  readonly hash: string;
  /** What it reads with it: absolute path -> digest of the bytes that were read. */
  readonly companions: ReadonlyMap<string, string>;
}

/** What is signed: `plimsoll plant manifest` prints it. */
export function manifestOf({ file, hash, companions }: ReadFiles): string {
  const beside = [...companions].map(([path, digest]) => `${digest} ${relative(dirname(file), path)}`).sort();
  return ['plimsoll target list 1', `${hash} ${basename(file)}`, ...beside, ''].join('\n');
}

/** Says who signed what was read, or writes down everything that is wrong. */
export function signerOf(
  read: ReadFiles,
  trusted: { readonly signers: string; readonly now: Date },
  problems: Problem[],
): Plant['signedBy'] {
  const before = problems.length;
  const signers = readSigners(trusted.signers, problems);
  const path = `${read.file}.sig`;
  const file = shownPath(path);
  const shown = shownPath(read.file);
  const hint = `plimsoll plant manifest ${shown} | ssh-keygen -Y sign -f KEY -n ${namespace} > ${file}`;
  const refuse = (expected: string, found: string) =>
    void problems.push({ file, line: 0, path: '', expected, found, hint });
  const loaded = readText(path, 64 * 1024);
  if (loaded.text === undefined) {
    refuse(`a signature of the target list by one of ${shownPath(trusted.signers)}`, 'none: it is not signed');
    return undefined;
  }
  const signature = parsed(loaded.text, refuse);
  if (signature === undefined || problems.length > before) return undefined;
  if (signature.namespace !== namespace) {
    refuse(`a signature for ${namespace}`, `one for ${JSON.stringify(signature.namespace)}`);
    return undefined;
  }
  const named = signers.filter(({ key }) => key === signature.key);
  if (named.length === 0) {
    refuse(
      `a signature by one of ${shownPath(trusted.signers)}`,
      `one by ${signature.fingerprint}, who is not named there`,
    );
    return undefined;
  }
  const signer = named.find((each) => each.from <= trusted.now.getTime() && trusted.now.getTime() < each.until);
  if (signer === undefined) {
    refuse('a signer who may sign at this time', `${named[0]?.name ?? ''}, whose time has ended or not begun`);
    return undefined;
  }
  if (!verified(signature, manifestOf(read))) {
    refuse('a signature of these files', 'one of other contents: something was changed after it was signed');
    return undefined;
  }
  return { name: signer.name, key: signature.fingerprint };
}

function parsed(text: string, refuse: (expected: string, found: string) => void): SshSignature | undefined {
  try {
    return readSshSignature(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    refuse('what "ssh-keygen -Y sign" writes, with an Ed25519, ECDSA or RSA key', error.message);
    return undefined;
  }
}

function verified(signature: SshSignature, manifest: string): boolean {
  try {
    return signature.signs(Buffer.from(manifest));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

interface Signer {
  readonly name: string;
  readonly key: string;
  readonly from: number;
  readonly until: number;
}

/** `ada@example.com namespaces="plimsoll-targets",valid-before="20271231" ssh-ed25519 AAAA... comment` */
const signerLine =
  /^(\S+)\s+(?:((?:[a-z-]+(?:="[^"]*")?,?)+)\s+)?(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d{3})\s+([A-Za-z0-9+/=]+)(?:\s.*)?$/;

function readSigners(path: string, problems: Problem[]): Signer[] {
  const file = shownPath(path);
  const loaded = readText(path, 1024 * 1024);
  if (loaded.text === undefined) {
    problems.push(...loaded.problems.map((each) => ({ ...each, hint: 'PLIMSOLL_SIGNERS names the file' })));
    return [];
  }
  if ((statSync(loaded.path).mode & 0o022) !== 0)
    problems.push({
      ...{ file, line: 0, path: '', expected: 'a file that only its owner may write' },
      found: 'one that others may write, who could name themselves as signers',
      hint: `chmod go-w ${file}`,
    });
  const signers = loaded.text.split(/\r?\n/).flatMap((text, index) => {
    if (text.trim() === '' || text.startsWith('#')) return [];
    const signer = signerFrom(text.trim());
    if (typeof signer === 'object') return [signer];
    problems.push({ file, line: index + 1, path: '', expected: signer, found: text.slice(0, 80) });
    return [];
  });
  if (signers.length === 0)
    problems.push({
      file,
      line: 0,
      path: '',
      expected: 'at least one signer',
      found: 'none that may sign target lists',
    });
  return signers;
}

function signerFrom(text: string): Signer | string {
  const [, name = '', options = '', , key = ''] = signerLine.exec(text) ?? [];
  if (name === '') return 'NAME [options] TYPE KEY, as in OpenSSH’s file of allowed signers, no authorities';
  let [from, until] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [, option, value = ''] of options.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)) {
    const at = timeOf(value);
    if (option === 'valid-after' && at !== undefined) from = at;
    else if (option === 'valid-before' && at !== undefined) until = at;
    else if (option !== 'namespaces') return 'the options namespaces, valid-after and valid-before';
    else if (!value.split(',').includes(namespace)) return `namespaces="${namespace}", or no namespaces`;
  }
  return { name, key: Buffer.from(key, 'base64').toString('base64'), from, until };
}

/** `20271231`, `202712311200` or `20271231120000`, in UTC, with or without a Z behind it. */
function timeOf(text: string): number | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
}
