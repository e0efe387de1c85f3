/** What an EtherNet/IP device's identity means. Pure. */
import { deviceName } from '../channel/device-name.ts';
import type { Basis, Reading, UnseenReason } from '../contract/collector.ts';
import type { FactName, FactsDraft } from '../contract/vocabulary.ts';
import type { ListIdentityAnswer } from './frames.ts';
import { vendorName } from './vendors.ts';

export interface EnipRaw {
  /** Whether something accepted the connection; undefined: silence. */
  listening?: boolean;
  connectedAt?: Date;
  answer?: ListIdentityAnswer;
}

const identity = ['device.vendor', 'device.model', 'device.serial', 'firmware.version', 'identity.deviceId'] as const;

export function readEnip(raw: EnipRaw): Reading {
  const facts: FactsDraft = {};
  const unseen: Partial<Record<FactName, UnseenReason>> = {};
  const basis: Partial<Record<FactName, Basis>> = {};
  if (raw.listening !== undefined) facts['service.listening'] = raw.listening;
  if (raw.connectedAt !== undefined) facts['asset.inventory.lastSeen'] = raw.connectedAt.toISOString();
  if (raw.answer === undefined) return { facts };
  facts['protocol.unauthenticated'] = ['enip'];

  const said: Partial<Record<(typeof identity)[number], string | undefined>> =
    raw.answer.kind === 'identity' ? stated(raw.answer) : {};
  for (const name of identity) {
    const value = said[name];
    if (value === undefined) unseen[name] = 'unsupported';
    else {
      facts[name] = value;
      basis[name] = 'stated';
    }
  }
  return { facts, unseen, basis };
}

function stated({ identity: device }: Extract<ListIdentityAnswer, { kind: 'identity' }>) {
  const { vendor, major, minor, serial, name } = device;
  // Vendor and serial number together tell every CIP device from every other; 0 is a number that was never set.
  const serialNumber = serial === 0 ? undefined : serialText(serial);
  return {
    'device.vendor': vendorName(vendor),
    'device.model': deviceName(name),
    'device.serial': serialNumber,
    'firmware.version': `${major}.${minor}`,
    'identity.deviceId': serialNumber === undefined ? undefined : `cip:${vendor}:${serialNumber}`,
  };
}

/** Eight digits in hexadecimal, as makers print it. */
export function serialText(serial: number): string {
  return serial.toString(16).toUpperCase().padStart(8, '0');
}
