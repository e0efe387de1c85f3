/** One spelling per address, so that leases, budgets and the safety rule cannot be got round by writing it otherwise. */
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

/**
 * What leases, budgets and holds are keyed by: the host's address, on loopback address and port. A safety function
 * elsewhere on a real host is therefore found whatever its port.
 */
export function hostKey(address: string, port: number): string {
  const normal = normalAddress(address);
  if (!isLoopback(normal)) return normal;
  // Both loopback families lead to the same machine.
  return `${normal === '::1' ? '127.0.0.1' : normal}:${port}`;
}

/** Why an address is no single device, or undefined: many would answer, or nobody knows who. */
export function notOneDevice(address: string): string | undefined {
  const normal = normalAddress(address);
  if (isIP(normal) === 6) {
    if (normal === '::') return 'the unspecified address';
    return normal.startsWith('ff') ? 'a multicast address' : undefined;
  }
  const first = Number(normal.split('.')[0]);
  if (first === 0) return 'the unspecified address';
  if (normal === '255.255.255.255') return 'the broadcast address';
  if (first >= 224 && first <= 239) return 'a multicast address';
  return first >= 240 ? 'a reserved address' : undefined;
}
