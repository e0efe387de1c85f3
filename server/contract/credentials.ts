/** Reads credentials at the moment of use. What a message names is where a secret should lie, never what lies there. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { authProtocols, type Credential, privProtocols, Secret } from '../../collectors/contract/credential.ts';
import type { CredentialSource, Plant, Problem } from './plant.ts';
import { BadInput } from './problem.ts';

export interface Place {
  /** Folder that `{file: PATH}` is relative to: the one of the file that names the credential. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const secretLimitBytes = 64 * 1024;

/** Throws `BadInput` with everything that is missing. */
export function readCredential(source: CredentialSource, place: Place): Credential {
  const found = new Map(Object.entries(source.plain));
  const problems: Problem[] = [];
  for (const [key, from] of Object.entries(source.secret)) {
    const text = readSecret(from, place);
    if (typeof text === 'string') found.set(key, text);
    else problems.push({ file: 'credential', line: 0, path: key, ...text });
  }
  if (problems.length > 0) throw new BadInput(problems);
  return toCredential(source.kind, found);
}

/** What is missing of the credentials that probes use and of the addresses of notices, before anything is contacted. */
export function checkCredentials(plant: Plant, env: Place['env'] = process.env): Problem[] {
  const used = new Set([
    ...plant.assets.flatMap(({ probes }) => probes.flatMap(({ credential }) => credential ?? [])),
    ...(plant.site.notices ?? []).flatMap((notice) => ('mail' in notice ? (notice.mail.credential ?? []) : [])),
  ]);
  const notices = (plant.site.notices ?? []).flatMap((notice, index) => {
    const missing = 'webhook' in notice ? readSecret(notice.webhook, { folder: dirname(plant.file), env }) : '';
    return typeof missing === 'string'
      ? []
      : [{ file: plant.file, line: 0, path: `site.notices[${index}].webhook`, ...missing }];
  });
  const credentials = [...used].sort().flatMap((name) => {
    const source = plant.credentials[name];
    if (source === undefined) return [];
    try {
      readCredential(source, { folder: dirname(plant.file), env });
      return [];
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      return error.problems.map((each) => ({ ...each, file: plant.file, path: `credentials.${name}.${each.path}` }));
    }
  });
  return [...notices, ...credentials];
}

/** The secret, or what is missing. */
export function readSecret(
  from: { readonly env: string } | { readonly file: string },
  place: Place,
): string | { expected: string; found: string } {
  if ('env' in from) {
    const value = (place.env ?? process.env)[from.env];
    return value || { expected: `the environment variable ${from.env}`, found: value === '' ? 'it empty' : 'it unset' };
  }
  const path = resolve(place.folder, from.file);
  const expected = `a readable file ${path}`;
  try {
    const { size } = statSync(path);
    if (size > secretLimitBytes) return { expected: `at most ${secretLimitBytes} bytes in ${path}`, found: `${size}` };
    // Editors end a file with a line break that is no part of the secret.
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text || { expected: `a secret in ${path}`, found: 'an empty file' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    return { expected, found: code === 'ENOENT' ? 'no such file' : code };
  }
}

const authWord = z.enum(authProtocols);
const privWord = z.enum(privProtocols);

function toCredential(kind: CredentialSource['kind'], found: ReadonlyMap<string, string>): Credential {
  const text = (key: string) => found.get(key) ?? missing(key);
  const secret = (key: string) => new Secret(text(key));
  const maybe = <K extends string>(key: K) =>
    (found.has(key) ? { [key]: secret(key) } : {}) as { readonly [key in K]?: Secret };
  switch (kind) {
    case 'password':
      return { kind, username: text('username'), password: secret('password') };
    case 'certificate':
      return {
        kind,
        certificate: pem(text('certificate'), 'certificate', 'CERTIFICATE'),
        key: new Secret(pem(text('key'), 'key', 'PRIVATE KEY')),
        ...(found.has('username') ? { username: text('username') } : {}),
        ...maybe('password'),
      };
    case 'community':
      return { kind, community: secret('community') };
    case 'usm':
      return {
        kind,
        user: text('user'),
        ...(found.has('authProtocol') ? { authProtocol: authWord.parse(text('authProtocol')) } : {}),
        ...maybe('authKey'),
        ...(found.has('privProtocol') ? { privProtocol: privWord.parse(text('privProtocol')) } : {}),
        ...maybe('privKey'),
      };
    case 'sshKey':
      return { kind, username: text('username'), privateKey: secret('privateKey'), ...maybe('passphrase') };
    case 'aws':
      return {
        kind,
        accessKeyId: text('accessKeyId'),
        secretAccessKey: secret('secretAccessKey'),
        ...maybe('sessionToken'),
      };
  }
}

function pem(text: string, key: string, label: string): string {
  if (/^-----BEGIN [A-Z0-9 ]+-----$/m.test(text) && text.includes(`${label}-----`)) return text;
  throw new BadInput([
    { file: 'credential', line: 0, path: key, expected: `a PEM ${label.toLowerCase()}`, found: 'none' },
  ]);
}

/** The schemas of credentials require these keys, so only a source built by hand lacks one. */
function missing(key: string): never {
  throw new BadInput([{ file: 'credential', line: 0, path: key, expected: 'a value', found: 'nothing' }]);
}
