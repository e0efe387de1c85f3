import { z } from 'zod';
import type { Manifest, Setup, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const optionsSchema = z.strictObject({
  /** `skip`: do not look below Objects for what the account could write or call. */
  sample: z.enum(['take', 'skip']).default('take'),
  testIdentity: z
    .enum(['withoutRights', 'revoked'])
    .optional()
    .describe(
      'the credential belongs to a test identity that must be refused: it is tried once, under opcua.testIdentity, and for nothing else',
    ),
});
export type OpcuaOptions = z.infer<typeof optionsSchema>;

export const certificateFactNames = [
  'tls.certificates',
  'tls.certificate.notAfter',
  'tls.certificate.notBefore',
  'tls.certificate.keyBits',
  'tls.certificate.keyType',
  'tls.certificate.signatureAlgorithm',
  'tls.certificate.selfSigned',
  'tls.certificate.trusted',
  'tls.certificate.subjectMatches',
  'identity.machines',
] as const satisfies readonly FactName[];

const fromEndpoints: readonly FactName[] = [
  'service.listening',
  'asset.inventory.lastSeen',
  'identity.deviceId',
  'opcua.endpoints',
  'auth.methods',
  'auth.password.clearText',
  'auth.clientCertificate.required',
  'channel.encryption',
  'channel.strongestEncryption',
  ...certificateFactNames,
];

const fromSession: readonly FactName[] = [
  'device.vendor',
  'device.model',
  'device.serial',
  'firmware.version',
  'firmware.buildDate',
  'logging.local.enabled',
  'time.offset',
  'monitor.rejectedAccess.count',
  'authorization.roles',
  'identity.keyInHardware',
  'auth.passwordPolicy.minLength',
];

const fromSample: readonly FactName[] = ['authorization.writable.count', 'authorization.executable.count'];

export const opcuaManifest: Manifest<OpcuaOptions> = {
  id: 'opcua',
  title: 'OPC UA server',
  version: '1.1.0',
  schemes: ['opc.tcp'],
  defaultPort: { 'opc.tcp': 4840 },
  options: optionsSchema,
  credentials: ['password', 'certificate'],
  tests: ['opcua.anonymous', 'opcua.unknownCertificate', 'opcua.testIdentity'],
  variants: [optionsSchema.parse({ testIdentity: 'withoutRights' }), optionsSchema.parse({ testIdentity: 'revoked' })],
  facts(setup) {
    const promised: Partial<Record<FactName, Tier>> = { 'auth.anonymous.accepted': 'T4' };
    for (const name of fromEndpoints) promised[name] = 'T2';
    const { testIdentity } = setup.options;
    if (testIdentity !== undefined) {
      promised['negativeTest.result'] = 'T4';
      promised['negativeTest.lastAt'] = 'T4';
      if (testIdentity === 'revoked') promised['identity.revocation.refused'] = 'T4';
    } else if (hasCredential(setup)) {
      for (const name of fromSession) promised[name] = 'T3';
      if (setup.options.sample === 'take') for (const name of fromSample) promised[name] = 'T3';
    }
    return promised;
  },
  requests(setup) {
    const { consents, options, tier } = setup;
    const own = hasCredential(setup) && (tier === 'T3' || tier === 'T4');
    const reads = own && options.testIdentity === undefined;
    const tried = own && options.testIdentity !== undefined && consents.has('opcua.testIdentity');
    const anonymous = consents.has('opcua.anonymous');
    const stranger = consents.has('opcua.unknownCertificate');
    const channels = 1 + Number(reads || tried) + Number(anonymous) + Number(stranger);
    const sessions = Number(reads || tried) + Number(anonymous);
    const sampled = reads && options.sample === 'take';
    return [
      { kind: 'tcp.connect', max: channels },
      // Each channel asks for the endpoints once: on a secured one the list cannot have been changed on the way.
      { kind: 'opcua.endpoints', max: channels },
      ...(sessions > 0 ? [{ kind: 'opcua.session', max: sessions }] : []),
      ...(reads ? [{ kind: 'opcua.read', max: sampled ? 4 + 10 : 4 }] : []),
      ...(reads ? [{ kind: 'opcua.browse', max: sampled ? 3 + 10 : 3 }] : []),
    ];
  },
  deadlineMs: 60_000,
};

function hasCredential({ credential }: Setup): boolean {
  return credential === 'password' || credential === 'certificate';
}
