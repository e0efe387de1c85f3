import { z } from 'zod';
import type { Manifest, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const enipOptions = z.strictObject({});
export type EnipOptions = z.infer<typeof enipOptions>;

const promised: readonly FactName[] = [
  'service.listening',
  'asset.inventory.lastSeen',
  'protocol.unauthenticated',
  'device.vendor',
  'device.model',
  'device.serial',
  'firmware.version',
  'identity.deviceId',
];

export const enipManifest: Manifest<EnipOptions> = {
  id: 'enip',
  title: 'EtherNet/IP identity',
  version: '1.0.0',
  schemes: ['enip'],
  defaultPort: { enip: 44818 },
  options: enipOptions,
  credentials: [],
  tests: [],
  optIn: true,
  facts: () => Object.fromEntries(promised.map((name) => [name, 'T2'])) as Partial<Record<FactName, Tier>>,
  requests: () => [
    { kind: 'enip.connect', max: 1 },
    { kind: 'enip.listIdentity', max: 1 },
  ],
  deadlineMs: 20_000,
};
