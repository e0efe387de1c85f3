/** From the URL of a probe to the one place it may look at. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isAbsolute, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest, Target } from '../collectors/contract/collector.ts';

/** Name to all its addresses, best first; rejects with the resolver's own error. Never asked for a literal address. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The operating system's resolver. IPv4 first: what listens on `localhost` usually listens there. */
export async function systemResolve(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
}

/** The target without an address, or a sentence that says what is wrong with the URL. Relative documents lie in `folder`. */
export function parseTarget(text: string, manifest: Pick<Manifest, 'schemes' | 'defaultPort'>, folder: string) {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return `expected a URL such as ${manifest.schemes[0]}://host:port, found ${shown(text)}`;
  if (!manifest.schemes.includes(scheme))
    return `expected one of the schemes ${manifest.schemes.join(', ')}, found ${scheme}`;
  if (scheme === 'file') return documentTarget(text, folder);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return `expected a URL with one host and one port, found ${shown(text)}`;
  }
  if (url.username !== '' || url.password !== '') return 'expected a URL without user name and password';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '' || /[*,/]|%2a|%2c/i.test(host) || /^[\d.]+-[\d.]+$/.test(host))
    return `expected one host, no range and no pattern, found ${shown(text)}`;
  const path = `${url.pathname}${url.search}`;
  if (isIP(host) !== 0 && url.port === '' && /^\/\d{1,3}$/.test(path))
    return `expected one host and no address range, found ${shown(text)}`;
  const port = url.port === '' ? manifest.defaultPort[scheme] : Number(url.port);
  if (port === undefined || port === 0) return `expected a port, found ${shown(text)}`;
  return { url: text, scheme, host, address: '', port, path } satisfies Target;
}

function documentTarget(text: string, folder: string): Target {
  const path = text.startsWith('file://') ? fileURLToPath(text) : text.slice('file:'.length);
  return {
    url: text,
    scheme: 'file',
    host: '',
    address: '',
    port: 0,
    path: isAbsolute(path) ? path : resolvePath(folder, path),
  };
}

function shown(text: string): string {
  return JSON.stringify(text.replace(/\/\/[^/@]*@/, '//...@').slice(0, 120));
}
