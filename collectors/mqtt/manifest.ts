import { z } from 'zod';
import type { Manifest, Setup, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const mqttOptions = z.strictObject({
  serverName: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i)
    .optional()
    .describe("name to ask for and to compare the certificate with; default the URL's host"),
  hellos: z
    .int()
    .min(1)
    .max(6)
    .default(6)
    .describe('most TLS connections for versions and suites, before any MQTT session'),
  alpn: z.array(z.string().min(1).max(64)).max(8).optional().describe('application protocols to offer (mqtt, ...)'),
  allowPlainCredential: z
    .boolean()
    .default(false)
    .describe('send the password without TLS; taken only for loopback addresses'),
  foreignTopic: z
    .strictObject({
      topic: z
        .string()
        .min(1)
        .max(1000)
        .regex(/^[^+#\0]+$/)
        .describe('one topic, without wildcards, that this account must not read and that carries traffic'),
      waitMs: z.int().min(100).max(8000).default(5000).describe('how long traffic is waited for'),
    })
    .optional()
    .describe('what the test mqtt.foreignTopic subscribes to'),
  wildcard: z
    .boolean()
    .default(false)
    .describe('subscribe to # under the test mqtt.wildcard, where nothing minds a moment of all traffic'),
  testIdentity: z
    .enum(['withoutRights', 'revoked'])
    .optional()
    .describe(
      'the credential belongs to a test identity that must be refused: it is tried once, under mqtt.testIdentity, and for nothing else',
    ),
  broker: z
    .enum(['auto', 'mosquitto', 'emqx'])
    .default('auto')
    .describe('whose configuration a document is; auto tells it from name and content'),
});
export type MqttOptions = z.infer<typeof mqttOptions>;

const tlsNames: readonly FactName[] = [
  'tls.version.min',
  'tls.version.max',
  'tls.cipher.negotiated',
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
];

/** Facts that the configuration of a broker can settle. */
export const documentNames: readonly FactName[] = [
  'auth.anonymous.accepted',
  'auth.methods',
  'auth.clientCertificate.required',
  'auth.defaultCredential.present',
  'auth.password.clearText',
  'authorization.defaultDeny',
  'authorization.publish.scoped',
  'authorization.wildcard.granted',
  'channel.encryption',
  'channel.strongestEncryption',
  'service.listeners',
  'tls.version.max',
  'tls.version.min',
  'logging.local.enabled',
  'logging.level',
];

export const mqttManifest: Manifest<MqttOptions> = {
  id: 'mqtt',
  title: 'MQTT broker',
  version: '1.2.0',
  schemes: ['mqtt', 'mqtts', 'ws', 'wss', 'file'],
  defaultPort: { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 },
  options: mqttOptions,
  credentials: ['password', 'certificate'],
  tests: ['mqtt.anonymous', 'mqtt.foreignTopic', 'mqtt.canary', 'mqtt.wildcard', 'mqtt.testIdentity'],
  variants: [
    mqttOptions.parse({ foreignTopic: { topic: 'any/topic' } }),
    mqttOptions.parse({ wildcard: true }),
    mqttOptions.parse({ testIdentity: 'withoutRights' }),
    mqttOptions.parse({ testIdentity: 'revoked' }),
  ],
  facts(setup) {
    if (setup.scheme === 'file') return tiered({ T0: documentNames });
    const { foreignTopic, testIdentity } = setup.options;
    if (testIdentity !== undefined) {
      return tiered({
        T2: ['asset.inventory.lastSeen', 'service.listening'],
        T4: [
          'negativeTest.result',
          'negativeTest.lastAt',
          ...(testIdentity === 'revoked' ? ['identity.revocation.refused' as const] : []),
        ],
      });
    }
    const secure = isSecure(setup);
    return tiered({
      T2: [
        'asset.inventory.lastSeen',
        'service.listening',
        'channel.encryption',
        'channel.strongestEncryption',
        'auth.clientCertificate.required',
        ...(secure ? [...tlsNames, 'auth.password.clearText' as const] : []),
      ],
      T3: ['firmware.version', 'device.vendor', 'device.model', 'auth.methods'],
      T4: [
        'auth.anonymous.accepted',
        'authorization.defaultDeny',
        ...(secure ? [] : ['auth.password.clearText' as const]),
        ...(setup.options.wildcard ? ['authorization.wildcard.granted' as const] : []),
        ...(foreignTopic === undefined ? [] : ['authorization.foreignTopic' as const]),
        // Our own account, where it is not to get in, is a named identity that was tried.
        ...(foreignTopic === undefined || setup.credential === undefined
          ? []
          : (['negativeTest.result', 'negativeTest.lastAt'] as const)),
      ],
    });
  },
  requests(setup) {
    if (setup.scheme === 'file') return [];
    const { hellos, testIdentity } = setup.options;
    if (testIdentity !== undefined) {
      const tried = setup.consents.has('mqtt.testIdentity') && setup.credential !== undefined;
      return tried ? [{ kind: 'mqtt.connect', max: 2 }] : [{ kind: 'tcp.connect', max: 1 }];
    }
    const wildcard = Number(setup.options.wildcard && setup.consents.has('mqtt.wildcard'));
    return [
      ...(isSecure(setup)
        ? [
            { kind: 'tls.handshake', max: Math.min(2, hellos) },
            { kind: 'tls.hello', max: hellos - 1 },
          ]
        : [{ kind: 'tcp.connect', max: 1 }]),
      // Two identities, each first with MQTT 5 and where that is not spoken with 3.1.1.
      { kind: 'mqtt.connect', max: 4 },
      { kind: 'mqtt.subscribe', max: 3 + wildcard },
      { kind: 'mqtt.unsubscribe', max: 2 + wildcard },
    ];
  },
  // Six TLS connections, two sessions and the longest wait for foreign traffic, at two requests a second.
  deadlineMs: 20_000,
};

export function isSecure({ scheme }: Pick<Setup, 'scheme'>): boolean {
  return scheme === 'mqtts' || scheme === 'wss';
}

function tiered(names: Partial<Record<Tier, readonly FactName[]>>): Partial<Record<FactName, Tier>> {
  const promised: Partial<Record<FactName, Tier>> = {};
  for (const [tier, group] of Object.entries(names) as [Tier, readonly FactName[]][]) {
    for (const name of group) promised[name] = tier;
  }
  return promised;
}
