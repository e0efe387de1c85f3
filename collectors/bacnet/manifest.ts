import { z } from 'zod';
import type { Manifest, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const bacnetOptions = z.strictObject({
  instance: z
    .int()
    .min(0)
    .max(4_194_303)
    .optional()
    .describe(
      'device instance: read without Who-Is. 4194303 asks whoever is there, for devices that answer by broadcast',
    ),
});
export type BacnetOptions = z.infer<typeof bacnetOptions>;

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

export const bacnetManifest: Manifest<BacnetOptions> = {
  id: 'bacnet',
  title: 'BACnet/IP device identity',
  version: '1.1.0',
  schemes: ['bacnet'],
  defaultPort: { bacnet: 47808 },
  options: bacnetOptions,
  credentials: [],
  tests: [],
  optIn: true,
  facts: () => Object.fromEntries(promised.map((name) => [name, 'T2'])) as Partial<Record<FactName, Tier>>,
  requests: ({ options }) => [
    ...(options.instance === undefined ? [{ kind: 'bacnet.whoIs', max: 1 }] : []),
    { kind: 'bacnet.read', max: 4 },
  ],
  baseline: 'bacnet.baseline',
  deadlineMs: 30_000,
};
