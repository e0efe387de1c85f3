/**
 * Objects of makers, from `vendors.json`: keyed by IANA enterprise number, each with grade, source and the day it was
 * last checked, so that a maker is added without code. Only grade A (two independent sources) is listed.
 */
import { z } from 'zod';
import table from './vendors.json' with { type: 'json' };

const roles = [
  'model',
  'firmware',
  'serial',
  'orderNumber',
  'hardwareRevision',
  // Switches, 1 enabled and 2 disabled.
  'unsignedSoftware',
  'snmpv1',
  'snmpv2c',
  'http',
  'telnet',
  'syslog',
] as const;
export type Role = (typeof roles)[number];

const vendorSchema = z.strictObject({
  vendor: z.string().min(1),
  grade: z.literal('A'),
  source: z.string().min(1),
  verified: z.iso.date(),
  objects: z.array(z.strictObject({ role: z.enum(roles), oid: z.string().regex(/^(sysObjectID|1)(\.\d+)+$/) })).max(16),
});
export type Vendor = z.infer<typeof vendorSchema>;

const vendors = new Map(
  Object.entries(z.record(z.string().regex(/^\d+$/), vendorSchema).parse(table)).map(([enterprise, vendor]) => [
    Number(enterprise),
    vendor,
  ]),
);

export function vendorOf(enterprise: number | undefined): Vendor | undefined {
  return enterprise === undefined ? undefined : vendors.get(enterprise);
}

/** Enterprise number in a sysObjectID (`1.3.6.1.4.1.N...`). */
export function enterpriseOf(objectId: unknown): number | undefined {
  const found = typeof objectId === 'string' ? /^1\.3\.6\.1\.4\.1\.(\d+)(\.|$)/.exec(objectId) : null;
  return found === null ? undefined : Number(found[1]);
}

/** The maker's objects for this device; some makers keep them below the device's own sysObjectID. */
export function objectsOf(objectId: unknown): { role: Role; oid: string }[] {
  const vendor = vendorOf(enterpriseOf(objectId));
  if (vendor === undefined || typeof objectId !== 'string') return [];
  return vendor.objects.map(({ role, oid }) => ({ role, oid: oid.replace(/^sysObjectID/, objectId) }));
}
