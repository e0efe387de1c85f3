import { describe, expect, it } from 'vitest';
import { type Credential, Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { authority, issue, revocationList } from '../../support/certificates.ts';
import { type OpcuaSetup, startOpcuaServer } from '../../support/opcua-server.ts';
import { proveCase, type Scene } from '../proof-suite.ts';

const entry = collectorOf('opcua');
if (entry === undefined) throw new Error('the opcua collector is not on the list');
const opcua = entry;

const reader: Credential = { kind: 'password', username: 'reader', password: new Secret('quiet-reader-7') };

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

describe('opcua, the device behind the server and identities that must be refused', () => {
  it('reads the serial number of the one device that the server stands for', () =>
    proveCase(opcua, {
      name: '',
      start: server({ devices: ['SN-4711'] }, { tier: 'T3', secret: reader, options: { sample: 'skip' } }),
      facts: { 'device.serial': 'SN-4711' },
      also: ({ ledgerKinds, basis }) => {
        expect(ledgerKinds).toMatchObject({ 'opcua.browse': 3, 'opcua.read': 2 });
        expect(basis['device.serial']).toBe('stated');
      },
    }));

  it.each([
    ['several devices, and cannot say which is meant', ['SN-1', 'SN-2'], 'ambiguous'],
    ['a device that has no serial number', [''], 'unsupported'],
    ['the model without a device', [], 'unsupported'],
    ['a server without the model', undefined, 'unsupported'],
  ] as const)('finds %s', (_, devices, reason) =>
    proveCase(opcua, {
      name: '',
      start: server(devices === undefined ? {} : { devices }, { tier: 'T3', secret: reader }),
      unseen: { 'device.serial': reason },
    }),
  );

  it('gives a password length only where the server says one', async () => {
    const name = 'auth.passwordPolicy.minLength';
    const run = { tier: 'T3', secret: reader, options: { sample: 'skip' } } as const;
    await proveCase(opcua, { name: '', start: server({ passwordLength: 12 }, run), facts: { [name]: 12 } });
    await proveCase(opcua, { name: '', start: server({}, run), unseen: { [name]: 'unsupported' } });
  });

  const tried = (secret: Credential, testIdentity: 'withoutRights' | 'revoked'): Scene['run'] => ({
    tier: 'T4',
    consents: ['opcua.testIdentity'],
    secret,
    options: { testIdentity },
  });

  it('finds a test identity refused that must be, and asks nothing with it', () =>
    proveCase(opcua, {
      name: '',
      start: server({}, tried({ ...reader, password: new Secret('not-this-one-9') }, 'withoutRights')),
      facts: { 'negativeTest.result': 'refused', 'channel.encryption': 'encrypted' },
      also: ({ ledgerKinds, volatile }) => {
        expect(ledgerKinds).toEqual({ 'tcp.connect': 2, 'opcua.endpoints': 2, 'opcua.session': 1 });
        expect(volatile['negativeTest.lastAt']).toMatch(/Z$/);
      },
    }));

  it('finds a test identity let in, and leaves at once', () =>
    proveCase(opcua, {
      name: '',
      start: server({}, tried(reader, 'withoutRights')),
      facts: { 'negativeTest.result': 'allowed' },
      also: ({ ledgerKinds }) =>
        expect(ledgerKinds).toEqual({ 'tcp.connect': 2, 'opcua.endpoints': 2, 'opcua.session': 1 }),
    }));

  it('tries no test identity without its consent', () =>
    proveCase(opcua, {
      name: '',
      start: server({}, { ...tried(reader, 'withoutRights'), consents: [] }),
      unseen: { 'negativeTest.result': 'blocked' },
      also: ({ ledgerKinds }) => expect(ledgerKinds).toEqual({ 'tcp.connect': 1, 'opcua.endpoints': 1 }),
    }));

  it.each([
    ['with a list that names it', true],
    ['with a list that does not', false],
  ])('finds a revoked user certificate refused by a server %s', async (_, listed) => {
    const root = await authority('Plant Root', undefined, 'rsa-2048');
    const retired = await issue({ name: 'retired', key: 'rsa-2048', uri: ['urn:acme:retired'] }, root);
    const list = await revocationList(root, listed ? [retired] : []);
    const issuers = [{ certificate: derOf(root.certificate), revoked: derOf(list) }];
    const secret: Credential = {
      kind: 'certificate',
      certificate: retired.certificate,
      key: new Secret(retired.key),
    };
    await proveCase(opcua, {
      name: '',
      start: server({ issuers }, tried(secret, 'revoked')),
      facts: { 'identity.revocation.refused': listed, 'negativeTest.result': listed ? 'refused' : 'allowed' },
    });
  });
});

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
}
