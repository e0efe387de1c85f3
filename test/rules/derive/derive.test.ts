import { describe, expect, it } from 'vitest';
import { type FactName, type FactsDraft, mayFill, problemWith } from '../../../collectors/contract/vocabulary.ts';
import { hasWord, policyName } from '../../../rules/derive/crypto.ts';
import { derive } from '../../../rules/derive/derive.ts';
import { derivedFacts } from '../../../rules/derive/derived-facts.ts';
import type { AssetView, Evidence } from '../../../rules/engine/input.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { ago, asset, decision, inputOf, now, said, seen } from '../engine/support.ts';

const { lists } = loadPack({ folder: new URL('../../../rules/packs/smm', import.meta.url).pathname }).pack;

type Input = Parameters<typeof inputOf>[0];

/** Everything that was derived, checked against the vocabulary on the way. */
function derived(input: Input, words = lists): Evidence[] {
  const found = derive(inputOf({ assets: [asset('a'), asset('b')], ...input }), words);
  for (const { facts, source } of found) {
    for (const [name, value] of Object.entries(facts)) {
      expect([name, mayFill(source, name as FactName)]).toEqual([name, true]);
      given.add(name);
      expect(problemWith(name as FactName, value)).toBeUndefined();
    }
  }
  return found;
}
const given = new Set<string>();

function factsOf(about: string, evidence: readonly Evidence[]): FactsDraft {
  const own = evidence.filter((each) => (each.about.kind === 'system' ? 'system' : each.about.id) === about);
  return Object.assign({}, ...own.map(({ facts }) => facts));
}

describe('words of suites', () => {
  it.each([
    ['TLS_RSA_WITH_RC4_128_SHA', ['RC4'], true],
    ['ECDHE-RSA-RC4-SHA', ['rc4'], true],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', ['DES'], false],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', ['3DES'], true],
    ['TLS_AES_128_GCM_SHA256', ['SHA', 'NULL'], false],
    ['TLS_RSA_WITH_NULL_SHA', ['NULL'], true],
  ] as const)('%s has one of %s: %s', (name, words, expected) => {
    expect(hasWord(name, words)).toBe(expected);
  });

  it('name a policy by the end of its URI', () => {
    expect(policyName('http://opcfoundation.org/UA/SecurityPolicy#Basic256')).toBe('Basic256');
  });
});

describe('cryptography', () => {
  const crypto = (facts: FactsDraft, more: Partial<Evidence> = {}) =>
    factsOf('a', derived({ evidence: [seen('a', facts, more)] }));

  it('is weak or deprecated on the first weak thing, sound only where everything was seen', () => {
    expect(crypto({ 'tls.cipher.accepted': ['TLS_RSA_WITH_RC4_128_SHA'] })).toMatchObject({
      'tls.cipher.weak': true,
      'crypto.policy.deprecated': true,
    });
    expect(crypto({ 'tls.cipher.accepted': ['TLS_AES_128_GCM_SHA256'] })).not.toHaveProperty(
      'crypto.policy.deprecated',
    );
    expect(crypto({ 'tls.cipher.accepted': ['TLS_AES_128_GCM_SHA256'], 'tls.version.min': '1.2' })).toMatchObject({
      'tls.cipher.weak': false,
      'crypto.policy.deprecated': false,
    });
    expect(crypto({ 'tls.version.min': '1.0' })).toMatchObject({ 'crypto.policy.deprecated': true });
    expect(crypto({ 'tls.version.min': '1.2' })).not.toHaveProperty('crypto.policy.deprecated');
  });

  it('knows deprecated OPC UA policies and weak SSH algorithms', () => {
    const endpoint = (policy: string) => ({
      'opcua.endpoints': [{ id: policy, securityPolicyUri: `http://opcfoundation.org/UA/SecurityPolicy#${policy}` }],
    });
    expect(crypto(endpoint('Basic256'))).toMatchObject({ 'crypto.policy.deprecated': true });
    expect(crypto(endpoint('Basic256Sha256'))).toMatchObject({ 'crypto.policy.deprecated': false });
    expect(crypto({ 'ssh.algorithms': [{ id: 'cipher', names: ['aes128-cbc'] }] })).toMatchObject({
      'crypto.policy.deprecated': true,
    });
    expect(crypto({ 'ssh.algorithms': [{ id: 'cipher', names: ['aes128-ctr'] }] })).not.toHaveProperty(
      'crypto.policy.deprecated',
    );
  });

  it('is outdated when the newest version spoken is', () => {
    expect(crypto({ 'tls.version.max': '1.1' })).toMatchObject({ 'protocol.version.legacy': true });
    expect(crypto({ 'tls.version.max': '1.3' })).toMatchObject({ 'protocol.version.legacy': false });
  });

  it('stays apart probe by probe, as weak as its source and as old', () => {
    const evidence = [
      seen('a', { 'tls.version.max': '1.1' }, { channel: 'one', observedAt: ago(3) }),
      seen(
        'a',
        { 'tls.version.max': '1.3' },
        { channel: 'two', kind: 'stated', basis: { 'tls.version.max': 'banner' } },
      ),
    ];
    const found = derived({ evidence }).filter(({ facts }) => 'protocol.version.legacy' in facts);
    expect(
      found.map(({ channel, kind, observedAt, basis }) => [
        channel,
        kind,
        observedAt,
        basis['protocol.version.legacy'],
      ]),
    ).toEqual([
      ['derived:crypto of one', 'observation', ago(3), 'authoritative'],
      ['derived:crypto of two', 'stated', now, 'banner'],
    ]);
  });

  it('is held against the approved list only where there is one', () => {
    const evidence = [seen('a', { 'tls.cipher.accepted': ['X', 'Y'] })];
    const { approvedCrypto: _, ...without } = lists;
    expect(factsOf('a', derived({ evidence }, without))).not.toHaveProperty('crypto.offPolicy');
    expect(factsOf('a', derived({ evidence }, without))).toHaveProperty('crypto.inventory.lastAt', now);
    expect(factsOf('a', derived({ evidence }, { ...lists, approvedCrypto: ['X'] }))).toMatchObject({
      'crypto.offPolicy': ['Y'],
    });
    expect(factsOf('b', derived({ evidence }, { ...lists, approvedCrypto: ['X'] }))).not.toHaveProperty(
      'crypto.offPolicy',
    );
  });
});

describe('the list of approved cryptography that ships', () => {
  const off = (facts: FactsDraft, more: Partial<AssetView> = {}) =>
    factsOf('a', derived({ assets: [asset('a', more), asset('b')], evidence: [seen('a', facts)] }))['crypto.offPolicy'];
  const endpoint = (policy: string) => ({
    id: policy,
    securityPolicyUri: `http://opcfoundation.org/UA/SecurityPolicy#${policy}`,
  });
  const ssh = (names: Partial<Record<'kex' | 'hostKey' | 'cipher' | 'mac' | 'compression', string[]>>): FactsDraft => ({
    'ssh.algorithms': Object.entries({
      kex: ['curve25519-sha256', 'kex-strict-s-v00@openssh.com'],
      hostKey: ['ssh-ed25519'],
      cipher: ['aes256-gcm@openssh.com'],
      mac: ['hmac-sha2-256-etm@openssh.com'],
      compression: ['none'],
      ...names,
    }).map(([id, list]) => ({ id: id as 'kex', names: list })),
  });
  const only13: FactsDraft = {
    'tls.version.min': '1.3',
    'tls.version.max': '1.3',
    'tls.cipher.accepted': ['TLS_AES_256_GCM_SHA384'],
    'tls.certificates': [
      { id: 'c', role: 'leaf', keyType: 'ec', keyBits: 256, signatureAlgorithm: 'ecdsa-with-SHA256' },
    ],
  };

  it('names versions, suites, keys, signatures, policies, users and algorithms that it does not hold', () => {
    expect(off({ ...only13, 'tls.version.min': '1.0' })).toEqual(['tls 1.0']);
    expect(off({ 'tls.cipher.accepted': ['TLS_RSA_WITH_AES_128_CBC_SHA'] })).toEqual(['TLS_RSA_WITH_AES_128_CBC_SHA']);
    const weak = {
      id: 'c',
      role: 'leaf',
      keyType: 'rsa',
      keyBits: 1024,
      signatureAlgorithm: 'sha1WithRSAEncryption',
    } as const;
    expect(off({ 'tls.certificates': [weak] })).toEqual(['rsa 1024', 'sha1WithRSAEncryption']);
    expect(off({ 'opcua.endpoints': [endpoint('None'), endpoint('Basic256Sha256')] })).toEqual(['None']);
    expect(off({ 'snmp.v3.authProtocol': 'md5' })).toEqual(['snmp md5']);
    expect(off(ssh({ mac: ['hmac-sha1'] }))).toEqual(['hmac-sha1']);
    expect(off(ssh({ compression: ['zlib'] }))).toEqual([]);
  });

  it('gives an empty list only where every protocol of the asset was seen whole', () => {
    expect(off(only13)).toEqual([]);
    expect(off(only13, { protocols: ['https', 'modbus'] })).toEqual([]);
    expect(off(only13, { protocols: ['https', 'ssh'] })).toBeUndefined();
    expect(off({ ...only13, ...ssh({}) }, { protocols: ['https', 'ssh'] })).toEqual([]);
    expect(off({ 'opcua.endpoints': [endpoint('Basic256Sha256'), { id: 'no-policy-seen' }] })).toBeUndefined();
    expect(off({ 'snmp.v3.authProtocol': 'sha256' })).toBeUndefined();
    expect(off({ 'snmp.v3.authProtocol': 'sha256', 'snmp.v3.privProtocol': 'aes128' })).toEqual([]);
  });

  it('does not call a TLS 1.2 service clean that was not asked for every suite, unless its configuration was read', () => {
    const both: FactsDraft = { ...only13, 'tls.version.min': '1.2' };
    expect(off(both)).toBeUndefined();
    const read = derived({ evidence: [seen('a', both, { source: 'import:config', kind: 'imported' })] });
    expect(factsOf('a', read)['crypto.offPolicy']).toEqual([]);
  });
});

describe('identities', () => {
  const leaf = (id: string, keyId?: string) => ({
    'tls.certificates': [{ id, role: 'leaf' as const, notAfter: ago(-9), ...(keyId === undefined ? {} : { keyId }) }],
  });
  const hostKey = (asset: string, id: string) =>
    seen(asset, { 'identity.machines': [{ id, kind: 'key' }] }, { source: 'ssh', channel: `${asset}/ssh` });

  it('that two assets share are told on both, and one certificate is one machine identity', () => {
    const found = derived({ evidence: [seen('a', leaf('c')), seen('b', leaf('c'))] });
    expect(factsOf('a', found)).toMatchObject({ 'identity.unique': false, 'tls.certificate.shared': true });
    expect(factsOf('b', found)).toMatchObject({
      'identity.machines': [{ id: 'c', kind: 'certificate', assetId: 'b', critical: true, notAfter: ago(-9) }],
    });
  });

  it('are not unique when two certificates carry one key, or two servers one host key', () => {
    const renewed = derived({ evidence: [seen('a', leaf('c', 'k')), seen('b', leaf('d', 'k'))] });
    expect(factsOf('a', renewed)).toMatchObject({ 'identity.unique': false, 'tls.certificate.shared': true });
    const image = derived({ evidence: [hostKey('a', 'SHA256:x'), hostKey('b', 'SHA256:x')] });
    expect(factsOf('b', image)).toMatchObject({ 'identity.unique': false, 'ssh.hostKey.shared': true });
    expect(factsOf('b', image)['identity.machines']).toEqual([
      { id: 'SHA256:x', kind: 'key', assetId: 'b', critical: true },
    ]);
    const one = derived({
      evidence: [seen('a', leaf('c', 'k')), seen('b', leaf('d', 'l')), hostKey('a', 'x'), hostKey('b', 'x')],
    });
    expect(factsOf('a', one)).toMatchObject({
      'identity.unique': false,
      'tls.certificate.shared': false,
      'ssh.hostKey.shared': true,
    });
  });

  it('are unique by comparison with another, not by standing alone', () => {
    const unique = (...evidence: Evidence[]) => factsOf('a', derived({ evidence }))['identity.unique'];
    expect(unique(seen('a', leaf('c', 'k')), seen('b', leaf('d', 'l')))).toBe(true);
    expect(unique(seen('a', leaf('c')))).toBeUndefined();
    expect(unique(seen('a', leaf('c', 'k')))).toBeUndefined();
    expect(unique(hostKey('a', 'x'), hostKey('b', 'y'))).toBe(true);
    expect(unique(hostKey('a', 'x'), seen('b', leaf('d', 'l')))).toBeUndefined();
    const ids = (one: string, other: string) =>
      factsOf(
        'a',
        derived({ evidence: [seen('a', { 'identity.deviceId': one }), seen('b', { 'identity.deviceId': other })] }),
      );
    expect(ids('1', '2')['identity.deviceIdUnique']).toBe(true);
    expect(ids('1', '1')['identity.deviceIdUnique']).toBe(false);
    expect(ids('1', '')).not.toHaveProperty('identity.deviceIdUnique');
  });

  it('are not called unique where the key of a certificate is not known', () => {
    const found = derived({ evidence: [seen('a', leaf('c', 'k')), seen('b', leaf('d'))] });
    expect(factsOf('a', found)).not.toHaveProperty('identity.unique');
    expect(factsOf('a', found)).not.toHaveProperty(['tls.certificate.shared']);
  });
});

describe('services', () => {
  const declared = (...services: { port: number; protocol?: string; cleartext?: boolean; crossesZone?: boolean }[]) =>
    seen(
      'a',
      {
        'service.declared': services.map((service) => ({
          id: `tcp/${service.port}`,
          transport: 'tcp' as const,
          ...service,
        })),
      },
      { channel: 'inventory', source: 'inventory', kind: 'stated' },
    );
  const listeners = (source: string, ...ports: number[]) =>
    seen(
      'a',
      {
        'service.listeners': ports.map((port) => ({
          id: `tcp/${port}/0.0.0.0`,
          port,
          transport: 'tcp' as const,
          boundTo: port === 9 ? '127.0.0.1' : '0.0.0.0',
        })),
      },
      { channel: source, source },
    );
  const facts = (...evidence: Evidence[]) => factsOf('a', derived({ evidence }));
  const mqtt = { port: 1883, protocol: 'mqtt', cleartext: true, crossesZone: true };

  it('that nobody declared are named; that there are none, only the asset itself can say', () => {
    expect(facts(declared({ port: 22 }), listeners('import:passive', 22, 23))['service.unexpected']).toEqual([
      'tcp/23',
    ]);
    expect(facts(declared({ port: 22 }), listeners('ssh', 22, 9))['service.unexpected']).toEqual([]);
    expect(facts(declared({ port: 22 }), listeners('import:passive', 22))).not.toHaveProperty('service.unexpected');
    expect(facts(listeners('ssh', 22))).not.toHaveProperty('service.unexpected');
  });

  it('in clear text across a border need a proof either way, and silence is none', () => {
    const answer = (listening: boolean) =>
      seen('a', { 'service.listening': listening }, { source: 'mqtt', channel: 'mqtt' });
    expect(facts(declared(mqtt), answer(false))['service.cleartext.crossing']).toEqual([]);
    expect(facts(declared(mqtt), answer(true))['service.cleartext.crossing']).toEqual(['mqtt']);
    expect(facts(declared(mqtt))).not.toHaveProperty('service.cleartext.crossing');
    expect(facts(declared({ ...mqtt, crossesZone: false }), answer(false))).not.toHaveProperty(
      'service.cleartext.crossing',
    );
    const two = [mqtt, { port: 21, protocol: 'ftp', cleartext: true, crossesZone: true }];
    expect(facts(declared(...two), answer(false))).not.toHaveProperty('service.cleartext.crossing');
    expect(facts(declared(...two), answer(true))['service.cleartext.crossing']).toEqual(['mqtt']);
    expect(facts(declared(...two), listeners('ssh', 21))['service.cleartext.crossing']).toEqual(['ftp']);
    expect(facts(declared(mqtt, { ...mqtt, port: 8883 }), answer(false))).not.toHaveProperty(
      'service.cleartext.crossing',
    );
  });

  it('that are exposed are listed only when every exposed asset declared its own', () => {
    const list = (assets: AssetView[]) =>
      factsOf('system', derived({ assets, evidence: [declared(mqtt, { port: 22 })] }));
    const exposed = asset('a', { exposed: true });
    expect(list([exposed, asset('b')])).toMatchObject({
      'exposure.services': [{ id: 'a/tcp/1883', assetId: 'a', protocol: 'mqtt' }],
      'exposure.listedAt': now,
    });
    expect(list([exposed, asset('b', { exposed: true })])).not.toHaveProperty('exposure.services');
    expect(list([asset('b')])).not.toHaveProperty('exposure.services');
  });
});

describe('history', () => {
  const version = (text: string, days: number, id = 'a') =>
    seen(id, { 'firmware.version': text }, { observedAt: ago(days) });

  it('knows a change only between two looks of one source', () => {
    const change = (...evidence: Evidence[]) => factsOf('a', derived({ evidence }))['firmware.lastChange'];
    expect(change(version('1', 30), version('1', 20), version('2', 10), version('2', 1))).toBe(ago(10));
    expect(change(version('2', 10), version('2', 1))).toBeUndefined();
    expect(change(version('1', 30), { ...version('1.0', 10), channel: 'other' })).toBeUndefined();
  });

  it('counts changes only when four fifths of the critical assets were read twice', () => {
    const total = (...evidence: Evidence[]) => factsOf('system', derived({ evidence }))['change.observed.total'];
    const both = [version('1', 30), version('2', 10), version('1', 30, 'b'), version('1', 10, 'b')];
    expect(total(...both)).toBe(1);
    expect(total(version('1', 30), version('2', 10), version('1', 10, 'b'))).toBeUndefined();
    expect(
      factsOf(
        'system',
        derived({ evidence: [version('1', 200), version('2', 150), version('1', 200, 'b'), version('1', 150, 'b')] }),
      ),
    ).toMatchObject({ 'patch.changes.observed.total': 1 });
  });
});

describe('the last change of a configuration', () => {
  const setting = (legacy: boolean, days: number, channel = 'snmp') =>
    seen('a', { 'snmp.legacy.enabled': legacy }, { observedAt: ago(days), channel });
  const change = (...evidence: Evidence[]) => factsOf('a', derived({ evidence }))['config.lastChange'];

  it('is the look that saw another value than the look before', () => {
    expect(change(setting(true, 20), setting(false, 14), setting(false, 7))).toBe(ago(14));
    expect(change(setting(true, 20), setting(true, 14))).toBeUndefined();
    expect(change(setting(true, 7, 'one'), setting(false, 6, 'two'))).toBeUndefined();
    const lists = (...words: ('password' | 'key')[]) => ({ 'auth.methods': words });
    expect(
      change(
        seen('a', lists('password'), { observedAt: ago(9) }),
        seen('a', lists('password'), { observedAt: ago(6), channel: 'probe of a' }),
        seen('a', lists('key', 'password'), { observedAt: ago(3), channel: 'probe of a' }),
      ),
    ).toBe(ago(3));
  });

  it('has no date when the two looks lie too far apart, not even that of an earlier change', () => {
    expect(change(setting(true, 100), setting(false, 60))).toBeUndefined();
    expect(change(setting(true, 100), setting(false, 95), setting(true, 30))).toBeUndefined();
  });

  it('is as fresh as the newest look that saw nothing else change', () => {
    const found = derived({ evidence: [setting(true, 80), setting(false, 75), setting(false, 1)] });
    expect(found.find(({ facts }) => 'config.lastChange' in facts)?.observedAt).toBe(ago(1));
  });
});

describe('support', () => {
  const type = (supportEndsAt: string) =>
    said({ 'assetType.register': [{ id: 't', supportEndsAt }] }, { source: 'inventory', channel: 'inventory' });
  const supported = (supportEndsAt: string, own = 't') =>
    factsOf('a', derived({ assets: [asset('a', { type: own })], evidence: [type(supportEndsAt)] }))[
      'firmware.supported'
    ];

  it('that ended for a type ended for each of its assets, and support that goes on proves nothing', () => {
    expect(supported(ago(1))).toBe(false);
    expect(supported(ago(-1))).toBeUndefined();
    expect(supported('1970-01-01T00:00:00.000Z')).toBeUndefined();
    expect(supported(ago(1), 'other')).toBeUndefined();
  });
});

describe('a type of assets', () => {
  it('takes signed updates only when none of its assets that were read takes others', () => {
    const signed = (...required: boolean[]) => {
      const evidence = required.map((value, index) => seen('ab'[index] ?? '', { 'firmware.signed.required': value }));
      const own = [asset('a', { type: 't' }), asset('b', { type: 't' })];
      return derived({ assets: own, evidence }).find(({ channel }) => channel === 'derived:signed updates of t')?.facts;
    };
    expect(signed(true, true)).toEqual({ 'assetType.register': [{ id: 't', signatureEnforced: true }] });
    expect(signed(true, false)).toEqual({ 'assetType.register': [{ id: 't', signatureEnforced: false }] });
    expect(signed()).toBeUndefined();
  });
});

describe('the system', () => {
  it('knows the share of trained people from its two counts', () => {
    const trained = (total: number) => {
      const own = { about: { kind: 'organisation', id: 'own' } } as const;
      const counts = said({ 'training.keyRoles.total': total, 'training.keyRoles.trained.count': 3 }, own);
      return factsOf('own', derived({ evidence: [counts] }))['training.coverage'];
    };
    expect(trained(4)).toBe(0.75);
    expect(trained(0)).toBeUndefined();
  });

  it('counts groups that hold an asset, and gives zones and types their elements', () => {
    const system = {
      zones: [{ id: 'z1', type: 'process' }, { id: 'z2' }],
      assets: [
        asset('a', { zone: 'z1', type: 't' }),
        asset('b', { zone: 'z1', criticality: 'low' as const, type: 'u' }),
      ],
    };
    expect(factsOf('system', derived({ system }))).toMatchObject({
      'scope.groups.resolved.count': 2,
      'zone.register': [
        { id: 'z1', type: 'process', critical: true },
        { id: 'z2', critical: false },
      ],
      'assetType.register': [
        { id: 't', critical: true, main: true },
        { id: 'u', critical: false, main: true },
      ],
    });
  });

  it('counts practices below target only against the levels of the assessment before', () => {
    const system = {
      targets: {
        ACC: { level: 3, scope: 'general' },
        PAT: { level: 2, scope: 'general' },
        SPM: { level: 1, scope: 'general' },
      },
    } as const;
    expect(factsOf('system', derived({ system }))).not.toHaveProperty(['program.practices.belowTarget.total']);
    expect(factsOf('system', derived({ system, previousLevels: { ACC: 2, PAT: 2, SPM: null } }))).toMatchObject({
      'program.practices.targeted.total': 2,
      'program.practices.belowTarget.total': 2,
    });
  });

  it('counts what is stated unable, and what no compensation names', () => {
    const evidence = [
      seen('a', { 'device.capabilities': ['tls'] }, { kind: 'stated' }),
      seen('b', { 'device.capabilities': [] }, { kind: 'stated' }),
    ];
    const gap = (input: Input, word: string) =>
      factsOf('system', derived(input))['capability.gaps']?.find(({ id }) => id === word);
    expect(gap({ evidence }, 'clientCertificate')).toEqual({ id: 'clientCertificate', incapable: 2, unlisted: 2 });
    expect(gap({ evidence }, 'tls')).toEqual({ id: 'tls', incapable: 1, unlisted: 1 });
    const decisions = [
      decision({
        kind: 'compensation',
        fact: 'identity.clientCertificate.present',
        boundTo: 'acc.l3.segmentation-measured',
        members: ['a'],
      }),
    ];
    expect(gap({ evidence, decisions }, 'clientCertificate')).toEqual({
      id: 'clientCertificate',
      incapable: 2,
      unlisted: 1,
    });
  });

  it('says how much of what was promised was seen', () => {
    const evidence = [
      seen('a', { 'firmware.supported': true }, { observedAt: ago(1), unseen: { 'firmware.version': 'timedOut' } }),
    ];
    expect(factsOf('system', derived({ evidence }))).toMatchObject({
      'assess.coverage': 0.5,
      'assess.freshness': 86_400,
    });
    expect(factsOf('system', derived({}))).not.toHaveProperty('assess.coverage');
  });
});

it('derives nothing from silence, and nothing from what it derived before', () => {
  const empty = derived({ assets: [] });
  expect(empty).toEqual([]);
  const input = inputOf({
    assets: [asset('a'), asset('b')],
    evidence: [seen('a', { 'identity.deviceId': '1' }), seen('b', { 'identity.deviceId': '1' }), said({})],
  });
  const once = derive(input, lists);
  expect(derive({ ...input, evidence: [...input.evidence, ...once] }, lists)).toEqual(once);
});

it('gave every fact that it says it gives, in the tests above, and no other; what listeners saw has its own tests', () => {
  const fromSights = (sources: readonly string[]) =>
    sources.length > 0 && sources.every((source) => /^(sight|network|firewall)\./.test(source));
  const promised = [...derivedFacts].filter(([, sources]) => !fromSights(sources)).map(([name]) => name);
  expect([...given].sort()).toEqual(promised.sort());
});
