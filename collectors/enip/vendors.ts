/**
 * Makers by their CIP vendor number. Kept to those on which two public lists agree (nmap's enip-info and the dissectors of
 * protocol analysers, looked at on 2026-11-24); a new one is a line in `vendors.json` and no code.
 */
import { z } from 'zod';
import table from './vendors.json' with { type: 'json' };

const vendors = new Map(
  Object.entries(z.record(z.string().regex(/^\d+$/), z.string().min(1)).parse(table)).map(([number, name]) => [
    Number(number),
    name,
  ]),
);

export function vendorName(number: number): string | undefined {
  return vendors.get(number);
}
