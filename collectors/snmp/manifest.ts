import { z } from 'zod';
import type { Manifest, Setup, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const optionsSchema = z.strictObject({
  /** SNMPv3 context, where an agent serves several. */
  context: z.string().max(255).default(''),
  /** `skip`: single objects only, for agents that GETBULK may hurt. */
  tables: z.enum(['walk', 'skip']).default('walk'),
});
export type SnmpOptions = z.infer<typeof optionsSchema>;

const withoutCredential: readonly FactName[] = [
  'service.listening',
  'identity.deviceId',
  'device.vendor',
  'asset.inventory.lastSeen',
];

const withCredential: readonly FactName[] = [
  'device.model',
  'device.serial',
  'device.orderNumber',
  'device.hardwareRevision',
  'firmware.version',
  'firmware.signed.required',
  'asset.owner',
  'channel.encryption',
  'channel.strongestEncryption',
  'snmp.v3.authProtocol',
  'snmp.v3.privProtocol',
  'snmp.legacy.enabled',
  'snmp.legacy.writable',
  'authorization.writable.count',
  'service.listeners',
  'service.legacy.enabled',
  'network.neighbours',
  'network.ports.unusedOpen.count',
  'network.ports.accessControlled',
  'logging.remote.enabled',
  'time.sync.state',
  'time.offset',
  'monitor.rejectedAccess.count',
];

export const snmpManifest: Manifest<SnmpOptions> = {
  id: 'snmp',
  title: 'SNMP agent',
  version: '1.0.0',
  schemes: ['snmp'],
  defaultPort: { snmp: 161 },
  options: optionsSchema,
  credentials: ['usm', 'community'],
  tests: ['snmp.public', 'snmp.securityFloor'],
  facts(setup) {
    const promised: Partial<Record<FactName, Tier>> = {};
    for (const name of withoutCredential) promised[name] = 'T2';
    if (hasCredential(setup)) for (const name of withCredential) promised[name] = 'T3';
    promised['auth.defaultCredential.present'] = 'T4';
    // The tests see these too, where no credential is set up.
    if (setup.consents.has('snmp.public')) {
      promised['snmp.legacy.enabled'] ??= 'T4';
      promised['channel.encryption'] ??= 'T4';
    }
    return promised;
  },
  requests(setup) {
    const { consents, options } = setup;
    const reads = hasCredential(setup) && (setup.tier === 'T3' || setup.tier === 'T4');
    return [
      { kind: 'snmp.discover', max: 1 },
      ...(reads ? [{ kind: 'snmp.get', max: 5 }] : []),
      ...(reads && options.tables === 'walk' ? [{ kind: 'snmp.bulk', max: 60 }] : []),
      ...(setup.credential === 'usm' && consents.has('snmp.securityFloor') ? [{ kind: 'snmp.floor', max: 1 }] : []),
      ...(consents.has('snmp.public') ? [{ kind: 'snmp.public', max: 1 }] : []),
    ];
  },
  deadlineMs: 60_000,
  baseline: 'snmp.baseline',
};

function hasCredential({ credential }: Setup): boolean {
  return credential === 'usm' || credential === 'community';
}
