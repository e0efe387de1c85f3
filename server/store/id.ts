import { randomBytes } from 'node:crypto';

/** An id that sorts by time and fits addresses and file names: `20261123t100000z-3f9c2a1b`. */
export function newId(at: string): string {
  const second = new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase();
  return `${second}z-${randomBytes(4).toString('hex')}`;
}
