/** Probes of an asset: the collector must be known, take the URL and the credential, and understand the options. */
import { isIPv4 } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Manifest } from '../../collectors/contract/collector.ts';
import type { CredentialSource, Probe } from '../contract/plant.ts';
import { probeSchema } from '../contract/plant-file.ts';
import { beside, type Loading, noteTwice, orAssume } from './loading.ts';
import { present } from './present.ts';
import { nearest, type Path, type Reader } from './reader.ts';

export type Credentials = Readonly<Record<string, CredentialSource>>;

export function loadProbes(loading: Loading, credentials: Credentials, at: { reader: Reader; path: Path }): Probe[] {
  const { reader } = at;
  const probes: Probe[] = [];
  const ids: { id: string; reader: Reader; path: Path }[] = [];
  const list = [...at.path, 'probes'];
  for (let index = 0; index < reader.length(list); index += 1) {
    const path = [...list, index];
    const probe = loadProbe(loading, credentials, { reader, path });
    if (probe === undefined) continue;
    probes.push(probe);
    ids.push({ id: probe.id, reader, path: [...path, 'id'] });
  }
  noteTwice(ids, 'probe');
  return probes;
}

function loadProbe(loading: Loading, credentials: Credentials, at: { reader: Reader; path: Path }): Probe | undefined {
  const { reader, path } = at;
  const { id, collector, url, credential, options } = reader.fields(probeSchema, path);
  if (collector === undefined) return undefined;
  const manifest = loading.collectors.get(collector);
  if (manifest === undefined) {
    const known = [...loading.collectors.keys()].sort();
    const expected = known.length === 0 ? 'a collector (none is installed)' : `one of ${known.join(', ')}`;
    reader.note([...path, 'collector'], expected, undefined, nearest(collector, known));
    return undefined;
  }
  if (credential !== undefined) checkCredential(manifest, credentials, { ...at, credential });
  // Options that fail a schema of our own would be noted twice, so only a map is handed on.
  const parsed = reader.at([...path, 'options']) === undefined ? undefined : options;
  const chosen =
    parsed === undefined ? defaultOptions(manifest, at) : reader.value(manifest.options, [...path, 'options']);
  const target = url === undefined ? undefined : targetUrl(loading, manifest, { ...at, url });
  if (target === undefined) return undefined;
  const named = orAssume(loading, id, { path: [...path, 'id'], value: collector });
  return { ...present({ id: named, collector, url: target, credential }), options: chosen };
}

function defaultOptions(manifest: Manifest, at: { reader: Reader; path: Path }): unknown {
  const parsed = manifest.options.safeParse({});
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    at.reader.note([...at.path, 'options'], `the option ${issue.path.map(String).join('.') || '?'} of ${manifest.id}`);
  }
  return undefined;
}

function checkCredential(
  manifest: Manifest,
  credentials: Credentials,
  at: { reader: Reader; path: Path; credential: string },
): void {
  const source = Object.hasOwn(credentials, at.credential) ? credentials[at.credential] : undefined;
  const path = [...at.path, 'credential'];
  if (source === undefined) {
    const names = Object.keys(credentials);
    at.reader.note(path, 'the name of a credential of this file', undefined, nearest(at.credential, names));
  } else if (!manifest.credentials.includes(source.kind)) {
    const takes = manifest.credentials.length === 0 ? 'none' : manifest.credentials.join(', ');
    at.reader.note(path, `a credential that ${manifest.id} takes (${takes})`, `"${at.credential}", a ${source.kind}`);
  }
}

const urlShape = /^([a-z][a-z0-9+.-]*):(?:\/\/)?/;

/** The URL, a document's made absolute; undefined, and noted, when it is none that this collector can look at. */
function targetUrl(
  loading: Loading,
  manifest: Manifest,
  at: { reader: Reader; path: Path; url: string },
): string | undefined {
  const { reader, url } = at;
  const path = [...at.path, 'url'];
  const scheme = urlShape.exec(url)?.[1];
  const schemes = manifest.schemes.map((each) => (each === 'file' ? 'file:PATH' : `${each}://`)).join(', ');
  if (scheme === undefined || !manifest.schemes.includes(scheme)) {
    reader.note(path, `a URL of ${manifest.id}: ${schemes}`, scheme === undefined ? 'no such URL' : `${scheme}:`);
    return undefined;
  }
  if (scheme === 'file') {
    const document = url.replace(/^file:(\/\/(?=\/))?/, '');
    if (document === '') reader.note(path, 'the path of a document after file:');
    return document === '' ? undefined : pathToFileURL(beside(loading, document)).href;
  }
  const fault = urlFault(url, scheme);
  if (fault === undefined) return url;
  // The URL itself is not repeated: what is wrong with it may be a password.
  reader.note(path, fault.expected, fault.found, fault.hint);
  return undefined;
}

interface UrlFault {
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
}

/** What forbids a URL as a target: one host, one port, no credentials; never a range or a pattern. */
export function urlFault(url: string, scheme: string): UrlFault | undefined {
  const rest = url.slice(scheme.length + 1);
  if (!rest.startsWith('//')) return { expected: `${scheme}://HOST`, found: 'a URL without //' };
  const authority = /^\/\/([^/?#]*)/.exec(rest)?.[1] ?? '';
  if (authority.includes('@')) {
    return { expected: 'a URL without user and password', found: 'an @ in it', hint: 'name a credential instead' };
  }
  const [, host = '', port] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]*)(?::(\d+))?$/.exec(authority) ?? [];
  if (host === '') return { expected: 'one host and at most one port', found: quotedHost(authority) };
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
    return { expected: 'a port from 1 to 65535', found: port };
  }
  const path = rest.slice(2 + authority.length);
  if (/^\/\d{1,3}$/.test(path) && (isIPv4(host) || host.startsWith('['))) {
    return { expected: 'the address of one device', found: `the range ${host}${path}` };
  }
  return hostFault(host);
}

function hostFault(host: string): UrlFault | undefined {
  const expected = 'the name or address of one device';
  if (host.startsWith('[')) {
    if (!URL.canParse(`http://${host}/`)) return { expected, found: quotedHost(host) };
    return /^\[(ff|::\])/i.test(host) ? { expected, found: `${host}, an address of many` } : undefined;
  }
  if (isIPv4(host)) {
    const first = Number(host.split('.')[0]);
    const many = first === 0 || first >= 224;
    return many ? { expected, found: `${host}, an address of none or many` } : undefined;
  }
  const labels = host.replace(/\.$/, '').split('.');
  const named = labels.every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
  // A last label that begins with a digit is an address gone wrong, or a range such as 10.0.0.1-9.
  const numeric = /^\d/.test(labels.at(-1) ?? '') && labels.length > 1;
  return !named || numeric || host.length > 253 ? { expected, found: quotedHost(host) } : undefined;
}

function quotedHost(host: string): string {
  return host === '' ? 'no host' : JSON.stringify(host.slice(0, 80));
}
