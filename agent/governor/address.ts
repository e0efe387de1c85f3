/** Keys of hosts, so that leases, budgets and the safety rule cannot be got round by writing an address otherwise. */
import { isIP } from 'node:net';
import { isLoopback, normalAddress } from '../../collectors/contract/address.ts';

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
