import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:net';
import { AttributeIds, DataType, OPCUAClient } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential } from '../../../collectors/contract/credential.ts';
import { Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { makeCertificate, type OpcuaServer, type OpcuaSetup, startOpcuaServer } from '../../support/opcua-server.ts';
import { type Case, proveCase, proveCollector, provenRun, type Scene } from '../proof-suite.ts';
import { acknowledge, policies, type Shape, startReplay } from './replay-server.ts';

const entry = collectorOf('opcua');
if (entry === undefined) throw new Error('the opcua collector is not on the list');
const opcua = entry;

const reader: Credential = { kind: 'password', username: 'reader', password: new Secret('quiet-reader-7') };
const basic256Sha256 = `${policies}Basic256Sha256`;

function server(setup: OpcuaSetup, run?: Scene['run']): () => Promise<Scene> {
  return async () => {
    const started = await startOpcuaServer(setup);
    return {
      url: started.url,
      ...(run === undefined ? {} : { run }),
      writes: started.writes,
      async stop() {
        // Every session that the run opened is closed again.
        expect(started.sessions()).toBe(0);
        await started.stop();
      },
    };
  };
}

proveCollector({
  entry: opcua,
  transport: 'tcp',
  good: {
    name: 'a server that takes encrypted sessions of named users only',
    start: server({}, { tier: 'T3', secret: reader }),
    facts: {
      'service.listening': true,
      'identity.deviceId': 'urn:acme:press-7',
      'auth.anonymous.accepted': false,
      'auth.methods': ['certificate', 'password'],
      'auth.password.clearText': false,
      'channel.encryption': 'encrypted',
      'channel.strongestEncryption': 'encrypted',
      'tls.certificate.keyType': 'rsa',
      'tls.certificate.keyBits': 2048,
      'tls.certificate.selfSigned': true,
      'tls.certificate.subjectMatches': true,
      'device.vendor': 'Acme',
      'device.model': 'Press controller',
      'firmware.version': '3.1.4',
      'firmware.buildDate': '2025-05-06T07:08:09.000Z',
      'logging.local.enabled': true,
      'monitor.rejectedAccess.count': 0,
      'authorization.writable.count': 0,
      'authorization.executable.count': 0,
    },
    unseen: { 'auth.clientCertificate.required': 'ambiguous', 'tls.certificate.trusted': 'notTried' },
    also(result) {
      expect(Math.abs(result.volatile['time.offset'] ?? Number.NaN)).toBeLessThan(1);
      expect(result.facts['authorization.roles']).toContain('SecurityAdmin');
      expect(result.transcript.some((line) => line.includes('sample below Objects'))).toBe(true);
    },
  },
  flaws: [
    {
      name: 'endpoints without security',
      start: server({ modes: ['None', 'Sign', 'SignAndEncrypt'] }),
      facts: {
        'channel.encryption': 'none',
        'channel.strongestEncryption': 'encrypted',
        'auth.clientCertificate.required': 'none',
      },
    },
    {
      name: 'signed as the best that is offered',
      start: server({ modes: ['Sign'] }),
      facts: { 'channel.encryption': 'signed', 'channel.strongestEncryption': 'signed' },
    },
    {
      name: 'an anonymous session, under consent',
      start: server({ modes: ['None'], anonymous: true }, { consents: ['opcua.anonymous'] }),
      facts: { 'auth.anonymous.accepted': true, 'auth.methods': ['certificate', 'none', 'password'] },
    },
    {
      name: 'a certificate that nobody knows and that is taken, under consent',
      start: server({ trusting: true }, { consents: ['opcua.unknownCertificate'] }),
      facts: { 'auth.clientCertificate.required': 'requested' },
    },
    {
      name: 'variables that the account could write, and methods that it could call',
      start: server({ writable: true }, { tier: 'T3', secret: reader }),
      facts: { 'authorization.writable.count': 1, 'authorization.executable.count': 1 },
    },
    {
      name: 'auditing that is off',
      start: server({ auditing: false }, { tier: 'T3', secret: reader }),
      facts: { 'logging.local.enabled': false },
    },
    {
      name: 'a deprecated policy, by its raw name',
      start: server({ policies: ['Basic256', 'Basic256Sha256'] }),
      also: (result) =>
        expect(result.facts['opcua.endpoints']?.map((one) => one.securityPolicyUri)).toContain(`${policies}Basic256`),
    },
  ],
  denied: [
    {
      name: 'a wrong password, and keeps what the endpoint list showed',
      start: server({}, { tier: 'T3', secret: { ...reader, password: new Secret('not-this-one-9') } }),
      facts: { 'channel.encryption': 'encrypted' },
      unseen: { 'device.vendor': 'denied' },
    },
    {
      name: 'a server that does not know our application certificate',
      start: server({ trusting: false }, { tier: 'T3', secret: reader }),
      unseen: { 'logging.local.enabled': 'denied' },
    },
  ],
  hostile: {
    url: (port) => `opc.tcp://127.0.0.1:${port}`,
    maxBytes: 5 * 1024 * 1024,
    beginnings: [
      { name: 'a valid acknowledgement', options: { prefix: acknowledge } },
      {
        name: 'a header that promises four gigabytes',
        options: { prefix: Buffer.concat([acknowledge, Buffer.from('OPNC\xff\xff\xff\xff', 'latin1')]) },
      },
    ],
  },
});

describe('opcua against one server with all modes', () => {
  let shared: OpcuaServer;
  let otherAnchor: string;
  beforeAll(async () => {
    shared = await startOpcuaServer({ modes: ['None', 'Sign', 'SignAndEncrypt'], trusting: false });
    otherAnchor = (await makeCertificate('urn:someone:else')).pem;
  });
  afterAll(() => shared.stop());
  const look = (proven: Omit<Case, 'name' | 'start'>, run: Scene['run'] = {}) =>
    proveCase(opcua, {
      name: '',
      start: async () => ({ url: shared.url, run, writes: shared.writes, stop: async () => {} }),
      ...proven,
    });

  it('would notice a write: the server counts them', async () => {
    const open = await startOpcuaServer({ modes: ['None'], anonymous: true, writable: true });
    const client = OPCUAClient.create({ endpointMustExist: false });
    try {
      await client.connect(open.url);
      const session = await client.createSession();
      await session.write({
        nodeId: 'ns=1;i=1001',
        attributeId: AttributeIds.Value,
        value: { value: { dataType: DataType.Double, value: 9 } },
      });
      await session.close();
      expect(open.writes()).toBe(1);
    } finally {
      await client.disconnect();
      await open.stop();
    }
  });

  it('takes one connection and no session for the endpoint list', () =>
    look({ also: (r) => expect(r.ledgerKinds).toEqual({ 'tcp.connect': 1, 'opcua.endpoints': 1 }) }));

  it('finds an unknown certificate refused, under consent', () =>
    proveCase(opcua, {
      name: '',
      start: server({ trusting: false }, { consents: ['opcua.unknownCertificate'] }),
      facts: { 'auth.clientCertificate.required': 'required' },
    }));

  it('takes a refused anonymous session for a fact, not for a failed look', () =>
    proveCase(opcua, {
      name: '',
      start: server({ modes: ['Sign'], anonymous: true, trusting: false }, { consents: ['opcua.anonymous'] }),
      facts: { 'auth.anonymous.accepted': false, 'auth.methods': ['certificate', 'none', 'password'] },
    }));

  it('leaves open whether an offered anonymous session is granted, without consent', () =>
    proveCase(opcua, {
      name: '',
      start: server({ modes: ['None'], anonymous: true }),
      unseen: { 'auth.anonymous.accepted': 'blocked' },
    }));

  it('logs in with a user certificate', async () => {
    const user = await makeCertificate('urn:acme:reader');
    await proveCase(opcua, {
      name: '',
      start: server(
        { trusts: [user.der] },
        { tier: 'T3', secret: { kind: 'certificate', certificate: user.pem, key: new Secret(user.key) } },
      ),
      facts: { 'device.vendor': 'Acme' },
    });
  });

  it("uses the plant's own application certificate where one comes with the password", async () => {
    const application = await makeCertificate('urn:acme:plimsoll');
    const secret: Credential = {
      kind: 'certificate',
      certificate: application.pem,
      key: new Secret(application.key),
      username: 'reader',
      password: new Secret('quiet-reader-7'),
    };
    await proveCase(opcua, {
      name: '',
      start: server({ trusting: false, trusts: [application.der] }, { tier: 'T3', secret }),
      facts: { 'device.vendor': 'Acme' },
    });
  });

  it('gives its session back when it would take one of the last', () =>
    proveCase(opcua, {
      name: '',
      start: server({ more: { serverCapabilities: { maxSessions: 2 } } }, { tier: 'T3', secret: reader }),
      outcome: 'blocked',
      facts: { 'device.vendor': 'Acme' },
      unseen: { 'authorization.writable.count': 'blocked' },
    }));

  it('keeps the password back from a server that no declared anchor vouches for', () =>
    look(
      { outcome: 'blocked', facts: { 'tls.certificate.trusted': false }, unseen: { 'device.vendor': 'blocked' } },
      { tier: 'T3', secret: reader, trust: [otherAnchor] },
    ));

  it('takes a pinned server certificate for trusted', () =>
    look(
      { facts: { 'tls.certificate.trusted': true } },
      { trust: [new X509Certificate(shared.certificate).toString()] },
    ));
});

describe('opcua against endpoint lists as other stacks send them', () => {
  let certificate: Buffer;
  let trap: { port: number; contacts(): number; stop(): void };
  beforeAll(async () => {
    const real = await startOpcuaServer();
    certificate = real.certificate;
    await real.stop();
    let contacts = 0;
    const listener = createServer((socket) => {
      contacts += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    trap = {
      port: typeof address === 'object' && address ? address.port : 0,
      contacts: () => contacts,
      stop: () => listener.close(),
    };
  });
  afterAll(() => trap.stop());

  async function replayed(lists: readonly (readonly Shape[])[], run: Scene['run'] = {}) {
    const replay = await startReplay(lists);
    try {
      const result = await provenRun(opcua, replay.url, run);
      return { result, replay };
    } finally {
      await replay.stop();
    }
  }
  const tokensFourTimes = [1, 2, 3, 4].flatMap(() => [
    { type: 'Anonymous' as const },
    { type: 'UserName' as const, policy: basic256Sha256 },
  ]);

  it('records an address that the list points to and never contacts it', async () => {
    const elsewhere = `opc.tcp://127.0.0.1:${trap.port}/plant`;
    const { result, replay } = await replayed(
      [
        [
          { url: elsewhere, mode: 'None', tokens: tokensFourTimes },
          { url: elsewhere, mode: 'SignAndEncrypt', policy: basic256Sha256, tokens: tokensFourTimes, certificate },
        ],
      ],
      { tier: 'T3', secret: reader, consents: ['opcua.anonymous', 'opcua.unknownCertificate'], deadlineMs: 20_000 },
    );
    expect(result.facts['opcua.endpoints']).toMatchObject([
      { url: elsewhere, securityMode: 'none', tokenTypes: ['anonymous', 'password'] },
      { url: elsewhere, securityMode: 'signAndEncrypt', tokenTypes: ['anonymous', 'password'] },
    ]);
    expect(result.facts['opcua.endpoints']?.[0]).not.toHaveProperty('certificateId');
    expect(trap.contacts()).toBe(0);
    expect(replay.connections()).toBeGreaterThan(1);
  });

  it('takes a token without a policy for protected by the channel, and so in clear on one without security', async () => {
    const { result, replay } = await replayed(
      [[{ url: 'opc.tcp://plc:4840', mode: 'None', tokens: [{ type: 'UserName' }], certificate }]],
      { tier: 'T3', secret: reader },
    );
    expect(result.facts['auth.password.clearText']).toBe(true);
    expect(result.outcome).toBe('blocked');
    expect(replay.connections()).toBe(1);
    expect(replay.received().includes('quiet-reader-7')).toBe(false);
  });

  it('sends no password when the list turns clear-text between two looks', async () => {
    const first: Shape = {
      url: 'opc.tcp://plc:4840',
      mode: 'None',
      tokens: [{ type: 'UserName', policy: basic256Sha256 }],
      certificate,
    };
    const second: Shape = { ...first, tokens: [{ type: 'UserName' }] };
    const { result, replay } = await replayed([[first], [second]], { tier: 'T3', secret: reader });
    expect(result.outcome).toBe('blocked');
    expect(replay.connections()).toBe(2);
    expect(replay.received().includes('quiet-reader-7')).toBe(false);
  });

  it('says nothing about sessions where the list serves discovery only', async () => {
    const { result } = await replayed([[{ url: 'opc.tcp://lds:4840', mode: 'None', tokens: [] }]]);
    expect(result.outcome).toBe('observed');
    expect(result.facts['channel.encryption']).toBeUndefined();
    expect(result.unseen).toMatchObject({ 'channel.encryption': 'unsupported', 'auth.methods': 'unsupported' });
  });

  it('keeps policies and modes that it does not know, and counts neither HTTPS nor an invalid mode', async () => {
    const ecc = `${policies}ECC_nistP256`;
    const anonymous = [{ type: 'Anonymous' as const }];
    const { result } = await replayed([
      [
        { url: 'opc.tcp://plc:4840', mode: 'SignAndEncrypt', policy: ecc, tokens: anonymous, certificate },
        { url: 'opc.tcp://plc:4840', mode: 'Invalid', tokens: anonymous },
        {
          url: 'opc.https://plc:443',
          mode: 'None',
          tokens: anonymous,
          profile: 'http://opcfoundation.org/UA-Profile/Transport/https-uabinary',
        },
      ],
    ]);
    expect(result.facts['channel.encryption']).toBe('encrypted');
    expect(result.facts['opcua.endpoints']?.map((one) => one.securityPolicyUri)).toContain(ecc);
    expect(result.facts['opcua.endpoints']).toHaveLength(3);
  });

  it('names no device where endpoints belong to several applications', async () => {
    const tokens = [{ type: 'Anonymous' as const }];
    const { result } = await replayed([
      [
        { url: 'opc.tcp://a:4840', mode: 'None', tokens, applicationUri: 'urn:a' },
        { url: 'opc.tcp://b:4840', mode: 'None', tokens, applicationUri: 'urn:b' },
      ],
    ]);
    expect(result.unseen['identity.deviceId']).toBe('ambiguous');
  });

  it('reports a certificate that does not belong to the application, and one that is none', async () => {
    const tokens = [{ type: 'UserName' as const }];
    const shape: Shape = { url: 'opc.tcp://a:4840', mode: 'Sign', policy: basic256Sha256, tokens, certificate };
    const foreign = await replayed([[{ ...shape, applicationUri: 'urn:someone:else' }]]);
    expect(foreign.result.facts['tls.certificate.subjectMatches']).toBe(false);
    const broken = await replayed([[{ ...shape, certificate: Buffer.from('no certificate') }]]);
    expect(broken.result.unseen['tls.certificates']).toBe('unsupported');
    expect(broken.result.facts['channel.encryption']).toBe('signed');
  });

  it('reports a certificate whose dates are garbage as one that it cannot read', async () => {
    const damaged = Buffer.from(certificate);
    const date = damaged.indexOf(Buffer.from([0x17, 0x0d]));
    expect(date).toBeGreaterThan(0);
    damaged.fill('z', date + 2, date + 15);
    const tokens = [{ type: 'UserName' as const }];
    const { result } = await replayed([
      [{ url: 'opc.tcp://a:4840', mode: 'Sign', policy: basic256Sha256, tokens, certificate: damaged }],
    ]);
    expect(result.unseen['tls.certificates']).toBe('unsupported');
    expect(result.facts['opcua.endpoints']).toHaveLength(1);
  });

  it('keeps hostile text as text', async () => {
    const url = 'opc.tcp://\u0000\u001b[31mplc:4840/{{7*7}}';
    const { result } = await replayed([[{ url, mode: 'None', tokens: [{ type: 'Anonymous' }] }]]);
    expect(result.facts['opcua.endpoints']?.[0]?.url).toBe(url);
    expect(result.transcript.join('')).not.toContain('\u001b');
  });

  it('survives answers with damaged octets, one after the other, and ends the look by itself', async () => {
    const tokens = [{ type: 'Anonymous' as const }];
    let state = 7;
    const next = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let round = 0; round < 15; round += 1) {
      const replay = await startReplay(
        [[{ url: 'opc.tcp://a:4840', mode: 'Sign', policy: basic256Sha256, tokens, certificate }]],
        (bytes) => {
          const damaged = Buffer.from(bytes);
          for (let count = next(3); count > 0; count -= 1) damaged[next(damaged.length)] = next(256);
          return damaged;
        },
      );
      const result = await provenRun(opcua, replay.url, { deadlineMs: 500 });
      await replay.stop();
      expect(['observed', 'unsupported', 'timedOut']).toContain(result.outcome);
    }
  });

  it('gives up on a list of megabytes', async () => {
    const tokens = [{ type: 'Anonymous' as const }];
    const long = Array.from({ length: 2000 }, (_, index): Shape => {
      return { url: `opc.tcp://plc-${index}:4840/${'x'.repeat(1400)}`, mode: 'None', tokens };
    });
    const { result } = await replayed([long]);
    expect(result.outcome).not.toBe('failed');
    expect(result.outcome).not.toBe('observed');
  });
});
