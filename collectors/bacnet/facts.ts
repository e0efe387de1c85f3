/** What a BACnet device's identity means. Pure. */
import { deviceName } from '../channel/device-name.ts';
import type { Basis, Reading, UnseenReason } from '../contract/collector.ts';
import type { FactName, FactsDraft } from '../contract/vocabulary.ts';
import type { PropertyName, Text } from './frames.ts';

export interface BacnetRaw {
  /** When the first answer came. */
  answeredAt?: Date;
  /** The port is closed: the host said so by ICMP. */
  refused: boolean;
  instance?: number;
  /** What was asked and answered; undefined where the device has no such text. */
  readonly texts: Map<PropertyName, Text | undefined>;
}

const facts = {
  vendorName: 'device.vendor',
  modelName: 'device.model',
  firmwareRevision: 'firmware.version',
  serialNumber: 'device.serial',
} as const satisfies Record<PropertyName, FactName>;

export function readBacnet(raw: BacnetRaw): Reading {
  const draft: FactsDraft = {};
  const unseen: Partial<Record<FactName, UnseenReason>> = {};
  const basis: Partial<Record<FactName, Basis>> = {};
  if (raw.refused && raw.answeredAt === undefined) draft['service.listening'] = false;
  if (raw.answeredAt !== undefined) {
    draft['service.listening'] = true;
    draft['asset.inventory.lastSeen'] = raw.answeredAt.toISOString();
    draft['protocol.unauthenticated'] = ['bacnet'];
  }
  const put = (name: (typeof facts)[PropertyName] | 'identity.deviceId', value: string) => {
    draft[name] = value;
    basis[name] = 'stated';
  };
  // The instance is unique in a BACnet internetwork (clause 12.11.1).
  if (raw.instance !== undefined) put('identity.deviceId', `bacnet:${raw.instance}`);
  else if (raw.answeredAt !== undefined) unseen['identity.deviceId'] = 'unsupported';
  for (const [property, text] of raw.texts) {
    const value = textOf(text);
    if (value === undefined) unseen[facts[property]] = 'unsupported';
    else put(facts[property], value);
  }
  return { facts: draft, unseen, basis };
}

/** Character sets of clause 20.2.9 that devices use; of others the bytes, so that nothing is misread. */
export function textOf(text: Text | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.set === 0) return deviceName(text.bytes);
  if (text.set === 4 && text.bytes.length % 2 === 0) return deviceName(Buffer.from(utf16(text.bytes)));
  if (text.set === 5) return deviceName(Buffer.from(text.bytes.toString('latin1')));
  return text.bytes.length === 0 ? undefined : `hex:${text.bytes.toString('hex')}`;
}

function utf16(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString('utf16le');
}
