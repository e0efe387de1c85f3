/**
 * The plant file as people write it: YAML, strict, every key of the first version. `plant.ts` holds what it becomes.
 * A custom message of this schema is what was expected; the loader adds file, line and what was found.
 */
import { z } from 'zod';
import { tierSchema } from '../../collectors/contract/observation.ts';
import { vocabulary } from '../../collectors/contract/vocabulary.ts';
import { credentialSchemas, secretSchema } from './credentials-file.ts';
import { assetKinds, otProtocols, touches } from './plant.ts';

/** The practices that a target may name, in the model's order. A test holds them equal to the model. */
export const targetCodes = [
  'SPM',
  'CPM',
  'THM',
  'RAT',
  'PSC',
  'STD',
  'EMI',
  'ACC',
  'ACM',
  'PHP',
  'DPM',
  'DPI',
  'VAS',
  'PAT',
  'MON',
  'SAI',
  'ERP',
  'RRC',
] as const;

export const zoneTypes = [
  'process',
  'supervision',
  'safety',
  'dmz',
  'business',
  'remote',
  'vendor',
  'cloud',
  'internet',
] as const;
export const links = ['ethernet', 'fibre', 'wifi', 'radio', 'cellular', 'satellite', 'battery'] as const;
export const relations = ['supplier', 'servicePartner', 'integrator', 'cloudProvider'] as const;
export const criticalities = ['low', 'normal', 'critical'] as const;
export const importSources = kindsOf('import:');
export const statementTypeNames = kindsOf('statement:');

const idShape = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const idSchema = z.string().regex(idShape, 'an id of at most 63 small letters, digits and hyphens');
export const textSchema = z.string().regex(/\S/, 'a text that is not empty').max(4000, 'at most 4000 characters');
const dayShape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
export const daySchema = z
  .string()
  .regex(dayShape, 'a date such as 2026-11-30 (site time) or an instant such as 2026-11-30T08:00:00Z');
const pathSchema = textSchema.describe('path, relative to this file');
const portSchema = z.int().min(1, 'a port from 1 to 65535').max(65535, 'a port from 1 to 65535');

export const organisationSchema = z.strictObject({ id: idSchema, name: textSchema.optional() });

const required = z.boolean().optional().describe('no scan when it cannot be told; default true');
const mailAddress = z.email('a mail address such as ot-desk@example.com').max(254, 'at most 254 characters');
const mailServer = z
  .string()
  .regex(
    /^smtps?:\/\/(.*@.*|(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?)$/,
    'smtps://HOST or smtp://HOST (with STARTTLS)',
  );
export const noticeSchema = z.union(
  [
    z.strictObject({ file: pathSchema, required }),
    z.strictObject({ webhook: secretSchema.describe('where the https address lies'), required }),
    z.strictObject({
      mail: z.strictObject({
        to: z.array(mailAddress).min(1, 'at least one address').max(20, 'at most 20 addresses'),
        from: mailAddress,
        server: mailServer,
        credential: textSchema.optional().describe('name of a credential with user name and password'),
      }),
      required,
    }),
  ],
  '{file: PATH}, {webhook: {env: NAME}} or {mail: {to: [ADDRESS], from: ADDRESS, server: smtps://HOST}}',
);

/** The file that `site.fragile` names: `{plimsoll: 1, fragile: [...]}`. */
export const fragileSchema = z.strictObject({
  maker: textSchema,
  model: textSchema,
  reason: textSchema,
  reference: textSchema.describe('advisory: number or address'),
});

export const siteSchema = z.strictObject({
  id: idSchema,
  name: textSchema.optional(),
  timeZone: textSchema.optional().describe('IANA name such as Europe/Berlin; default UTC'),
  contact: textSchema.optional().describe('who is told to operators of the probed devices'),
  fragile: pathSchema.optional().describe('list of models that advisories call fragile: only listened to'),
  clock: z
    .strictObject({ vouchedBy: textSchema })
    .optional()
    .describe('who vouches for the clock of the agent’s machine where nothing there says that it is synchronised'),
  notices: z
    .array(noticeSchema)
    .optional()
    .describe('who is told before the first packet of a scan, after its last, and of incidents'),
});

export const typeSchema = z.strictObject({
  id: idSchema,
  capabilities: z
    .array(z.enum(capabilityWords()))
    .optional()
    .describe('what the type can do; without it, it counts as able to do everything'),
  supportEnds: daySchema.optional(),
  fragile: textSchema.optional().describe('why it is only listened to: advisory or incident'),
});

export const conduitSchema = z.strictObject({ id: idSchema, from: idSchema, to: idSchema });

export const heartbeatSchema = z
  .strictObject({
    file: pathSchema,
    min: z.number().optional(),
    max: z.number().optional(),
    maxAgeSeconds: z.int().min(1, 'at least one second').max(86_400, 'at most a day').optional(),
  })
  .describe('a number that the plant writes; outside min and max, or too old, nothing runs');

export const zoneSchema = z.strictObject({
  id: idSchema,
  name: textSchema.optional(),
  type: z.enum(zoneTypes).optional(),
  exposed: z.boolean().optional(),
  networks: z
    .array(textSchema)
    .max(100)
    .optional()
    .describe('10.1.2.0/24: recognises what others saw, contacts nobody'),
  touch: z.enum(touches).optional(),
  otIdentity: z
    .array(z.enum(otProtocols))
    .optional()
    .describe('protocols without log-in that may be asked who a device is; none without it'),
  windows: z.array(textSchema).optional().describe('weekly, site time: Tue 09:00-15:00'),
  blackouts: z.array(textSchema).optional().describe('2026-12-24 00:00/2027-01-02 00:00, or weekly ones'),
  shifts: z.array(textSchema).optional().describe('when somebody who can react is there, as windows are written'),
  link: z.enum(links).optional(),
  bytesPerDay: z.int().min(1, 'a number of bytes').optional(),
  holdFile: pathSchema.optional().describe('while it exists, nothing runs in the zone'),
  heartbeat: heartbeatSchema.optional(),
  stopContact: textSchema.optional(),
  stopProcedure: pathSchema.optional(),
  agent: idSchema.optional(),
});

export const targetLevelSchema = z
  .int()
  .min(0, 'a level from 0 to 4')
  .max(4, 'a level from 0 to 4')
  .describe('comprehensiveness level');
export const targetObjectSchema = z.strictObject({
  level: targetLevelSchema,
  scope: z.enum(['general', 'industry', 'system']).optional(),
  reason: textSchema.optional(),
});
const targetSchema = z
  .union([targetLevelSchema, targetObjectSchema], 'a level from 0 to 4, or {level, scope, reason}')
  .optional();

export const targetsSchema = z.strictObject({
  default: targetSchema,
  ...(Object.fromEntries(targetCodes.map((code) => [code, targetSchema])) as Record<
    (typeof targetCodes)[number],
    typeof targetSchema
  >),
});

export const interfaceSchema = z.strictObject({
  port: portSchema,
  transport: z.enum(['tcp', 'udp']).optional(),
  protocol: z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, 'a protocol in small letters, such as mqtt or modbus'),
  tls: z.boolean().optional(),
  crossesZone: z.boolean().optional(),
});

export const probeSchema = z.strictObject({
  id: idSchema.optional(),
  collector: textSchema,
  url: textSchema,
  credential: textSchema.optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

export const overLinkSchema = z.strictObject({ by: textSchema, until: daySchema });

export const approvalSchema = z.strictObject({
  by: textSchema,
  contract: textSchema.optional(),
  on: daySchema.optional().describe('when it was given'),
  for: z
    .array(textSchema)
    .min(1, 'at least one collector')
    .optional()
    .describe('collectors that it covers; modbus, enip and bacnet only where named'),
  until: daySchema,
});

export const assetSchema = z.strictObject({
  id: idSchema,
  name: textSchema.optional(),
  formerly: z.array(idSchema).optional(),
  kind: z.enum(assetKinds),
  zone: idSchema.optional(),
  criticality: z.enum(criticalities).optional(),
  exposed: z.boolean().optional(),
  safetyFunction: z.boolean().optional(),
  type: idSchema.optional(),
  vendor: textSchema.optional(),
  model: textSchema.optional(),
  interfaces: z.array(interfaceSchema).optional(),
  owner: textSchema.optional(),
  host: textSchema.optional(),
  addresses: z.array(textSchema).max(100).optional().describe('further IP and hardware addresses and host names'),
  redundancyGroup: textSchema.optional(),
  behind: idSchema.optional().describe('the gateway or bus master through which it is reached'),
  overLink: overLinkSchema.optional().describe('who decided to look at it over a slow link'),
  approval: approvalSchema.optional(),
  expires: daySchema.optional(),
  maxTier: tierSchema.optional(),
  lab: z.boolean().optional(),
  probes: z.array(probeSchema).optional(),
});

export const partnerSchema = z.strictObject({
  id: idSchema,
  name: textSchema.optional(),
  kind: z.literal('organisation'),
  relation: z.array(z.enum(relations)).min(1, 'at least one relation'),
  criticality: z.enum(criticalities).optional(),
});

export const refSchema = z.strictObject({ ref: idSchema });

export const tableSchema = z.strictObject({
  from: pathSchema,
  columns: z.record(z.string(), textSchema).optional().describe('our field: heading of the column'),
});

export const retiredSchema = z.strictObject({
  id: idSchema,
  on: daySchema,
  reason: textSchema,
  by: textSchema,
  identitiesRevoked: z.boolean(),
});

export const consentSchema = z.strictObject({
  id: idSchema.optional(),
  assets: z.array(idSchema).min(1, 'at least one asset, each by its id'),
  tests: z.array(textSchema).min(1, 'at least one test'),
  by: textSchema,
  reason: textSchema,
  on: daySchema,
  until: daySchema.optional(),
  contact: textSchema.optional(),
});

export const ownersSchema = z.strictObject({
  business: textSchema.optional(),
  technical: textSchema.optional(),
  deputy: textSchema.optional(),
  confirmed: daySchema.optional().describe('when the business owner last said to be it'),
});

export const systemSchema = z.strictObject({
  id: idSchema,
  name: textSchema.optional(),
  role: z.enum(['owner', 'supplier', 'serviceProvider']).optional(),
  owners: ownersSchema.optional(),
  profile: idSchema.optional(),
  targets: targetsSchema.optional(),
  schedule: textSchema.optional().describe('cron, five fields, site time'),
  assets: z
    .union([z.array(z.union([assetSchema, partnerSchema, refSchema, tableSchema])), tableSchema])
    .optional()
    .describe('a list, a table, or a list that names tables too'),
  retired: z.array(retiredSchema).optional(),
  consents: z.array(consentSchema).optional(),
});

const daysSchema = z.number().min(0, 'person days from 0').max(100_000, 'at most 100000 person days').optional();

export const costsSchema = z
  .strictObject({ S: daysSchema, M: daysSchema, L: daysSchema, XL: daysSchema })
  .describe('person days that work of each effort class takes here');

export const importEntrySchema = z.strictObject({ file: pathSchema, source: z.enum(importSources) });

export const plantFileSchema = z.strictObject({
  plimsoll: z.literal(1),
  validUntil: daySchema.optional(),
  organisation: organisationSchema.optional(),
  site: siteSchema,
  trust: z.array(pathSchema).optional(),
  credentials: z.record(z.string(), z.union(Object.values(credentialSchemas))).optional(),
  types: z.array(typeSchema).optional(),
  conduits: z.array(conduitSchema).optional(),
  zones: z.array(zoneSchema).optional(),
  systems: z.array(systemSchema).min(1, 'at least one system'),
  costs: costsSchema.optional(),
  statements: z.array(pathSchema).optional(),
  imports: z.array(importEntrySchema).optional(),
});

/** JSON Schema of the plant file, for editors. */
export function plantJsonSchema(): unknown {
  return {
    title: 'Plimsoll plant file',
    ...z.toJSONSchema(plantFileSchema, { io: 'input' }),
  };
}

export function isImportSource(kind: string): boolean {
  return importSources.includes(kind);
}

function kindsOf(prefix: string): readonly string[] {
  const named = Object.values(vocabulary).flatMap((fact) => fact.from.filter((source) => source.startsWith(prefix)));
  return [...new Set(named)].map((source) => source.slice(prefix.length)).sort();
}

function capabilityWords(): readonly string[] {
  const definition = vocabulary['device.capabilities'];
  return definition.type === 'string[]' ? (definition.values ?? []) : [];
}
