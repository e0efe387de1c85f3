import { z } from 'zod';
import type { Manifest, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

const zoneId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const heading = z.string().min(1).max(100);

export const passiveOptions = z.strictObject({
  format: z
    .enum(['auto', 'zeek', 'capture', 'neighbours', 'leases', 'firewall', 'rules'])
    .default('auto')
    .describe(
      'what the document is; auto tells all but firewall (flow records) and rules (a rule set) from its content',
    ),
  zones: z
    .array(zoneId)
    .max(100)
    .default([])
    .describe('zones that the place listens to; empty: the zone of the asset that has this probe'),
  asOf: z.iso
    .datetime()
    .optional()
    .describe('when a table without times was taken; default: when the file was last changed'),
  columns: z
    .strictObject({
      at: heading.default('time'),
      from: heading.default('source'),
      to: heading.default('destination'),
      port: heading.default('port'),
      transport: heading.default('transport'),
      protocol: heading.default('application'),
      action: heading.default('action'),
    })
    .optional()
    .describe('headings of the flow records of a firewall'),
  allowed: z
    .array(heading)
    .max(20)
    .default(['accept', 'allow', 'allowed', 'pass', 'permit'])
    .describe('words of the action column that mean: let through'),
  guards: z
    .array(zoneId)
    .max(100)
    .default([])
    .describe('of a rule set: zones of which every way in and out leads through this device'),
  interfaces: z
    .record(z.string().min(1).max(64), zoneId)
    .default({})
    .describe('of a rule set: the zone behind each interface that its rules name'),
  mostBytes: z
    .int()
    .min(1024)
    .max(64 * 1024 ** 3)
    .default(1024 ** 3)
    .describe('bytes read at most (unpacked); of a longer plain log its newest part is read'),
});
export type PassiveOptions = z.infer<typeof passiveOptions>;

const names: readonly FactName[] = [
  'sight.format',
  'sight.zones',
  'sight.from',
  'sight.until',
  'sight.whole',
  'sight.dropped.count',
  'sight.flowsDropped.count',
  'sight.malformed.count',
  'sight.hosts',
  'sight.times',
  'sight.flows',
  'sight.loss',
];

/** Of a rule set: what it lets through, and nothing of who was there. */
const ruleNames: readonly FactName[] = [
  'firewall.format',
  'firewall.guards',
  'firewall.defaultDeny',
  'firewall.logsDrops',
  'firewall.open.count',
  'firewall.passes',
];

export const passiveManifest: Manifest<PassiveOptions> = {
  id: 'passive',
  title: 'Records of others: sensor logs, captures, address tables, leases, rule sets',
  version: '1.1.0',
  schemes: ['file'],
  defaultPort: {},
  options: passiveOptions,
  credentials: [],
  tests: [],
  facts: ({ options }) =>
    Object.fromEntries(
      (options.format === 'rules' ? ruleNames : names).map((name) => [name, 'T0' satisfies Tier]),
    ) as Partial<Record<FactName, Tier>>,
  variants: [passiveOptions.parse({ format: 'rules' })],
  leadsTo: [
    'zone.register',
    'externalEndpoint.register',
    'inventory.reconciliation',
    'service.listeners',
    'conduit.register',
    'flow.register',
  ],
  requests: () => [],
  // A gigabyte of log takes half a minute; nobody waits at the other end.
  deadlineMs: 300_000,
};
