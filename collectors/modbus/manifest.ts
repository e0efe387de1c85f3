import { z } from 'zod';
import type { Manifest, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const modbusOptions = z.strictObject({
  unit: z
    .union([z.literal(255), z.int().min(1, 'a unit from 1 to 247, or 255').max(247, 'a unit from 1 to 247, or 255')])
    .default(255)
    .describe(
      'unit identifier: 255 for a device with TCP of its own, the station number behind a gateway; never swept',
    ),
  category: z
    .enum(['basic', 'regular'])
    .default('regular')
    .describe('basic: maker, product code, revision; regular: product and model name too, where the device has them'),
});
export type ModbusOptions = z.infer<typeof modbusOptions>;

const promised: readonly FactName[] = [
  'service.listening',
  'asset.inventory.lastSeen',
  'protocol.unauthenticated',
  'device.vendor',
  'device.model',
  'device.orderNumber',
  'firmware.version',
];

/** A category of seven names comes in one answer, in two or three where they are long. */
export const mostPerCategory = 3;

export const modbusManifest: Manifest<ModbusOptions> = {
  id: 'modbus',
  title: 'Modbus device identification',
  version: '1.0.0',
  schemes: ['modbus'],
  defaultPort: { modbus: 502 },
  options: modbusOptions,
  credentials: [],
  tests: [],
  optIn: true,
  facts: () => Object.fromEntries(promised.map((name) => [name, 'T2'])) as Partial<Record<FactName, Tier>>,
  requests: ({ options }) => [
    { kind: 'modbus.connect', max: 1 },
    { kind: 'modbus.identify', max: options.category === 'regular' ? 2 * mostPerCategory : mostPerCategory },
  ],
  deadlineMs: 30_000,
};
