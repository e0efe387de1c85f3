/** One spelling per address, and which of them are this machine. */
import { isIP } from 'node:net';

/** `::FFFF:10.0.0.1` and `10.0.0.1` are one host; IPv6 in its short lower-case form. Names pass lower-cased. */
export function normalAddress(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare.toLowerCase();
  const short = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

export function isLoopback(address: string): boolean {
  const normal = normalAddress(address);
  return normal === '::1' || (isIP(normal) === 4 && normal.startsWith('127.'));
}

/** Whether a target, as it stands in the plant file, is on this machine. */
export function isOwnMachine(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || isLoopback(host);
}
