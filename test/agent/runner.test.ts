import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { createScanner } from '../../agent/scanner.ts';
import { Ended, type Look } from '../../collectors/contract/collector.ts';
import { Secret } from '../../collectors/contract/credential.ts';
import { documentHash } from '../../collectors/evidence/canonical.ts';
import type { Asset } from '../../server/contract/plant.ts';
import {
  assetOf,
  type Bench,
  bench,
  type Fake,
  fakeCollector,
  type Listening,
  listen,
  noon,
  plantOf,
  probeOf,
  zoneWith,
} from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function server(...args: Parameters<typeof listen>): Promise<Listening> {
  const listening = await listen(...args);
  open.push(listening);
  return listening;
}

function benchWith(fake: Fake, more: Parameters<typeof bench>[1] = {}): Bench {
  const made = bench([fakeCollector(fake)], more);
  open.push(made);
  return made;
}

const single = (port: number, more: Partial<Asset> = {}) =>
  plantOf([assetOf('a', { probes: [probeOf(port)], ...more })]);

async function scanOne(made: Bench, plant: ReturnType<typeof plantOf>, signal?: AbortSignal) {
  const [observation] = await made.scan(plant, signal);
  if (observation === undefined) throw new Error('no observation');
  return observation;
}

describe('how a run ends', () => {
  it.each([
    ['timedOut', new Ended('timedOut', 'no answer')],
    ['denied', new Ended('denied', 'the reader was refused')],
    ['unsupported', new Ended('unsupported', 'speaks another protocol')],
    ['unreachable', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['failed', new Error('cannot read properties of undefined')],
    ['failed', 'a thrown string'],
    ['failed', null],
  ])('%s, and what was seen before is kept', async (outcome, thrown) => {
    const { port } = await server();
    const made = benchWith({
      facts: { 'service.listening': 'T2', 'crypto.inventory.lastAt': 'T2' },
      async collect(_, seen) {
        seen['service.listening'] = true;
        throw thrown;
      },
    });
    const observation = await scanOne(made, single(port));
    expect(observation).toMatchObject({
      outcome,
      facts: { 'service.listening': true },
      unseen: { 'crypto.inventory.lastAt': outcome },
    });
    expect(observation.documentHash).toBe(documentHash(observation));
  });

  it('SAF-37: a refusal is an observation that names rule and reason, and its collector is never loaded', async () => {
    let loads = 0;
    const made = benchWith({ loaded: () => (loads += 1) });
    const observation = await scanOne(made, { ...single(1), zones: [zoneWith({ touch: 'none' })] });
    expect(observation).toMatchObject({
      outcome: 'blocked',
      rule: 'SAF-42',
      facts: {},
      unseen: { 'service.listening': 'blocked' },
      ledger: { connections: 0, requests: 0 },
    });
    expect(observation.detail).toContain('touch: none');
    expect(loads).toBe(0);
    expect(made.started).toEqual([]);
  });

  it('a name that leads nowhere is unreachable, and nothing is loaded or sent', async () => {
    let loads = 0;
    const made = benchWith({ loaded: () => (loads += 1) }, { resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    const probes = [probeOf(0, { url: 'tls://gone.example:443' })];
    const observation = await scanOne(made, plantOf([assetOf('a', { probes })]));
    expect(observation).toMatchObject({ outcome: 'unreachable', unseen: { 'service.listening': 'unreachable' } });
    expect(loads).toBe(0);
  });

  it('a throw in a callback fails its run, and the next probe goes on', async () => {
    const { port } = await server();
    const made = benchWith({
      async collect(look, seen) {
        if (look.target.path === '/bad') {
          setTimeout(() => {
            throw new Error('thrown in a timer');
          }, 1);
          await new Promise(() => {});
        }
        seen['service.listening'] = true;
      },
    });
    const probes = [probeOf(port, { id: 'bad', url: `tls://127.0.0.1:${port}/bad` }), probeOf(port)];
    const observations = await made.scan(plantOf([assetOf('a', { probes })]));
    expect(observations.map(({ outcome }) => outcome)).toEqual(['failed', 'observed']);
    expect(observations[0]?.detail).toContain('thrown in a timer');
  });

  it('a broken promise never reaches evidence', async () => {
    const made = benchWith({
      async collect(_, seen) {
        seen['service.listening'] = true;
        seen['auth.anonymous.accepted'] = true;
      },
    });
    const observation = await scanOne(made, single(1));
    expect(observation).toMatchObject({ outcome: 'failed', facts: {}, unseen: { 'service.listening': 'failed' } });
    expect(observation.detail).toContain('auth.anonymous.accepted');
  });

  it('a T4 run records the consent it ran under', async () => {
    const made = benchWith({ facts: { 'auth.anonymous.accepted': 'T4' }, tests: ['tls.anonymous'] });
    const consent = {
      ...{ id: 'c-1', system: 'line', assets: ['a'], tests: ['tls.anonymous'], by: 'max', reason: 'yearly' },
      ...{ on: '2026-11-01T00:00:00.000Z', until: '2026-12-01T00:00:00.000Z' },
    };
    const observation = await scanOne(made, { ...single(1), consents: [consent] });
    expect(observation).toMatchObject({ tier: 'T4', consent: 'c-1' });
    expect(await scanOne(made, single(1))).toMatchObject({ outcome: 'blocked', rule: 'SAF-09' });
  });
});

describe('the first looks at a zone', () => {
  it('SAF-26: the first scan sends nothing and keeps its refusals, the next one looks', async () => {
    let runs = 0;
    const made = benchWith({ collect: async () => void runs++ });
    const plant = plantOf([assetOf('a', { probes: [probeOf(0, { url: 'tls://192.0.2.1:443' })] })]);
    expect(await made.scan(plant)).toMatchObject([{ outcome: 'blocked', rule: 'SAF-26' }]);
    expect(runs).toBe(0);
    expect(await made.scan(plant)).toMatchObject([{ outcome: 'observed' }]);
    expect(runs).toBe(1);
  });

  it('SAF-27: the others follow at a person’s word', async () => {
    const made = benchWith({});
    const device = (id: string, last: number) =>
      assetOf(id, { probes: [probeOf(0, { url: `tls://192.0.2.${last}:443` })] });
    const plant = plantOf([device('a', 1), device('b', 2)]);
    await made.scan(plant);
    const rules = (observations: { rule?: string }[]) => observations.map(({ rule }) => rule).sort();
    expect(rules(await made.scan(plant))).toEqual(['SAF-27', undefined]);
    await made.scanner.widen(plant, 'cell', 'Max');
    expect(rules(await made.scan(plant))).toEqual([undefined, undefined]);
  });
});

describe('secrets', () => {
  const password = 'correct-horse-battery';
  const plant = (port: number) => ({
    ...single(port, { probes: [probeOf(port, { credential: 'reader' })] }),
    credentials: { reader: { kind: 'password', plain: {}, secret: {} } } as const,
  });
  const credential = () => ({ kind: 'password', username: 'plimsoll', password: new Secret(password) }) as const;
  const facts = { 'service.listening': 'T2', 'tls.cipher.accepted': 'T2' } as const;

  it.each([
    ['plain', password],
    ['base64', Buffer.from(password).toString('base64')],
    ['hex', Buffer.from(password).toString('hex')],
    ['inside other text', `login plimsoll:${password} ok`],
  ])(
    'SAF-32: one that a collector leaks (%s) is taken out of facts, transcript and detail, and the run has failed',
    async (_how, text) => {
      const made = benchWith(
        {
          facts,
          async collect(look, seen) {
            seen['service.listening'] = true;
            seen['tls.cipher.accepted'] = [text];
            look.note(`sent ${text}`);
            throw new Ended('denied', `refused ${text}`);
          },
        },
        { credential },
      );
      const observation = await scanOne(made, plant(1));
      expect(observation).toMatchObject({
        outcome: 'failed',
        facts: { 'service.listening': true },
        unseen: { 'tls.cipher.accepted': 'redacted' },
        redacted: ['tls.cipher.accepted'],
      });
      expect(observation.documentHash).toBe(documentHash(observation));
      expect(JSON.stringify([observation, made.lines])).not.toContain(text);
      expect(JSON.stringify([observation, made.lines])).not.toContain(password);
    },
  );

  it('SAF-32: a credential is read at the moment of use, and not at all for a probe that may not run', async () => {
    let reads = 0;
    const counted = () => {
      reads += 1;
      return credential();
    };
    const seen: unknown[] = [];
    const made = benchWith(
      { facts: { 'service.listening': 'T3' }, collect: async (look) => void seen.push(look.secret) },
      { credential: counted },
    );
    await scanOne(made, { ...plant(1), zones: [zoneWith({ touch: 'identify' })] });
    expect(reads).toBe(0);
    await scanOne(made, plant(1));
    expect(reads).toBe(1);
    expect(seen).toMatchObject([{ kind: 'password', username: 'plimsoll' }]);
  });
});

describe('a plan is binding', () => {
  it('SAF-01: a plan for another plant file, or with a probe that the file does not know, is refused', async () => {
    const made = benchWith({});
    const plan = await made.scanner.plan(single(1), 'line', noon);
    const hooks = { started: () => {}, line: () => {}, observed: async () => {} };
    const { signal } = new AbortController();
    const other = { ...single(1), hash: 'sha256:other' };
    await expect(made.scanner.run(other, plan, hooks, signal)).rejects.toThrow('plan again');
    const [probe] = plan.probes;
    if (probe === undefined) throw new Error('no probe');
    for (const probes of [[{ ...probe, probe: 'forged' }], [probe, probe]]) {
      await expect(made.scanner.run(single(1), { ...plan, probes }, hooks, signal)).rejects.toThrow('plant file');
    }
  });

  it('SAF-01: what a plan allows beyond the plant file is refused', async () => {
    const made = benchWith({});
    const plan = await made.scanner.plan(single(1), 'line', noon);
    const seen: unknown[] = [];
    const hooks = {
      started: () => {},
      line: () => {},
      observed: async (_: unknown, each: unknown) => void seen.push(each),
    };
    const requests = [{ kind: 'tcp.connect', max: 500 }];
    const probes = plan.probes.map((probe) => ({ ...probe, requests }));
    await made.scanner.run(single(1), { ...plan, probes }, hooks, new AbortController().signal);
    expect(seen).toMatchObject([{ outcome: 'blocked', rule: 'SAF-01' }]);
  });

  it('a store that fails ends the scan: nothing is contacted for evidence that cannot be kept', async () => {
    let runs = 0;
    const made = benchWith({ collect: async () => void runs++ }, { hosts: 1 });
    const plant = plantOf([...Array(5).keys()].map((id) => assetOf(`a-${id}`, { probes: [probeOf(7200 + id)] })));
    const hooks = { started: () => {}, line: () => {}, observed: () => Promise.reject(new Error('disk full')) };
    const plan = await made.scanner.plan(plant, 'line', noon);
    await expect(made.scanner.run(plant, plan, hooks, new AbortController().signal)).rejects.toThrow('disk full');
    expect(runs).toBe(1);
  });

  it('identifies itself to the device and hands the plant’s anchors on', async () => {
    const looks: Look[] = [];
    const made = benchWith({ collect: async (look) => void looks.push(look) });
    await made.scan({ ...single(1), trust: ['PEM'] });
    expect(looks[0]?.identity.clientId).toMatch(/^plimsoll-north-[0-9a-f]{4}$/);
    expect(looks[0]).toMatchObject({ identity: { contact: 'ot-desk@example.com' }, trust: ['PEM'], tier: 'T3' });
  });
});

describe('the scanner', () => {
  it('can be made twice in one process, and the guard stays until the last is closed', async () => {
    const options = { registry: [], memory: volatileMemory(), credential, folder: '/tmp', now: () => noon };
    function credential(): never {
      throw new Error('none');
    }
    const [first, second] = [createScanner(options), createScanner({ ...options, fault: () => {} })];
    await first.close();
    const planned = await server();
    const socket = connect({ host: '127.0.0.1', port: planned.port });
    await expect(new Promise((_, reject) => socket.once('error', reject))).rejects.toThrow('outside a run');
    await second.close();
  });
});
