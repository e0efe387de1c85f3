import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practiceCodes } from '../../rules/engine/model.ts';
import type { PracticeResult } from '../../server/contract/assessment.ts';
import { tamperWith } from '../server/store/tamper.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/program.ts';
import { startSnmpd } from '../support/snmpd.ts';
import { countingServer, plimsoll } from './plimsoll.ts';
import { brokerPassword, type SmallPlant, smallPlant } from './small-plant.ts';

interface Scanned {
  systems: {
    system: string;
    scan: { id: string; startedAt: string; finishedAt: string; outcomes: Record<string, number> };
    practices: PracticeResult[];
  }[];
}

let plant: SmallPlant;
const at = (name: string) => join(plant.folder, name);

beforeAll(async () => {
  plant = await smallPlant();
});
afterAll(() => plant.stop());

describe('scan and assess', () => {
  let scanned: Scanned;
  let now: string;

  it('scan, assess, save and end by themselves, with one JSON value on stdout and no warning', async () => {
    now = new Date(Date.now() + 120_000).toISOString();
    const ended = await plimsoll(
      ...['scan', plant.file, '--json', '--data', at('data'), '--save', at('seen.jsonl'), '--now', now],
    );
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: 'Scanning Line 1 ...\n' });
    scanned = ended.json<Scanned>();
    const [system] = scanned.systems;
    expect(system).toMatchObject({ system: 'line-1', scan: { outcomes: { observed: 2 } } });
    expect(system?.practices.map((each) => each.practice)).toEqual(practiceCodes);
    expect(readFileSync(at('seen.jsonl'), 'utf8')).not.toContain(brokerPassword);
  });

  it('propose the same from the saved lines, whatever their order, byte for byte', async () => {
    const assess = (file: string) => plimsoll('assess', plant.file, '--observations', file, '--now', now, '--json');
    const first = await assess(at('seen.jsonl'));
    expect(first.json()).toEqual({ systems: [{ system: 'line-1', practices: scanned.systems[0]?.practices }] });
    expect(first.code).toBe(0);
    const lines = readFileSync(at('seen.jsonl'), 'utf8').trim().split('\n');
    writeFileSync(at('turned.jsonl'), lines.toReversed().join('\n'));
    expect((await assess(at('turned.jsonl'))).stdout).toBe(first.stdout);
  });

  it('move exactly the rows that read a fact when that fact alone changes', async () => {
    const lines = readFileSync(at('seen.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { facts: Record<string, unknown>; documentHash?: string });
    const touched = lines.filter((line) => line.facts['auth.anonymous.accepted'] === false);
    expect(touched).toHaveLength(1);
    for (const line of touched) {
      line.facts['auth.anonymous.accepted'] = true;
      delete line.documentHash;
    }
    writeFileSync(at('open.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    const ended = await plimsoll('assess', plant.file, '--observations', at('open.jsonl'), '--now', now, '--json');
    const rows = (results: readonly PracticeResult[] = []) =>
      new Map(results.flatMap((each) => each.indicators.map((row) => [row.id, JSON.stringify(row)] as const)));
    const before = rows(scanned.systems[0]?.practices);
    const after = rows(ended.json<Scanned>().systems[0]?.practices);
    const moved = [...after].filter(([id, row]) => before.get(id) !== row).map(([id]) => id);
    expect(moved.sort()).toEqual(movedByAnonymous);
  });

  it('plan without sending: the dry run names each request and its bound, and nobody is contacted', async () => {
    const counting = await countingServer();
    const trap = { id: 'trap', kind: 'server', host: '127.0.0.1', exposed: false };
    plant.write({
      assets: [{ ...trap, probes: [{ collector: 'tls', url: `tls://127.0.0.1:${counting.port}` }] }],
    });
    const ended = await plimsoll('scan', plant.file, '--dry-run', '--json', '--data', at('planned'));
    plant.write();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const { systems } = ended.json<{
      systems: { plan: { asset: string; allowed: boolean; requests: object[] }[] }[];
    }>();
    const probe = systems[0]?.plan.find((each) => each.asset === 'trap');
    expect(probe).toMatchObject({
      allowed: true,
      requests: expect.arrayContaining([{ kind: 'tls.handshake', max: 2 }]),
    });
    expect(counting.contacts()).toBe(0);
    await counting.stop();
  });
});

/** The rows of the pack that rest on whether a broker lets strangers in. */
const movedByAnonymous: readonly string[] = [
  'acc.l1.anonymous-refused',
  'acc.l2.no-anonymous',
  'acc.l3.hardened-endpoints',
];

describe('a data folder', () => {
  it('is exported to one file, and both verify', async () => {
    expect((await plimsoll('export', at('evidence.jsonl'), '--data', at('data'))).code).toBe(0);
    for (const what of ['evidence.jsonl', 'data']) {
      const verified = await plimsoll('verify', at(what), '--json');
      expect(verified.code).toBe(0);
      expect(verified.json()).toMatchObject({ ok: true, pinned: false, firstBroken: null });
    }
  });

  it('does not verify once a byte of evidence was changed behind its back', async () => {
    const tamperer = await tamperWith({ folder: at('data') });
    await tamperer.run("update documents set body = replace(body, '1.2', '1.3')");
    await tamperer.close();
    const verified = await plimsoll('verify', at('data'), '--json');
    expect(verified.code).toBe(1);
    expect(verified.json<{ ok: boolean; firstBroken: object | null }>()).toMatchObject({
      ok: false,
      firstBroken: expect.anything(),
    });
  });
});

describe('zero packets', () => {
  it('give an assessment from an inventory table and statements alone', async () => {
    writeFileSync(at('inventory.csv'), 'id,kind,zone\nplc-1,plc,cell\nhmi-1,hmi,cell\n');
    writeFileSync(
      at('paper.yaml'),
      [
        'plimsoll: 1',
        'site: {id: north}',
        'systems:',
        '  - {id: line-1, assets: {from: ./inventory.csv}}',
        'statements: [./statements/*.yaml]',
        '',
      ].join('\n'),
    );
    writeFileSync(at('none.jsonl'), '');
    const now = new Date(Date.now() + 120_000).toISOString();
    const scanned = await plimsoll('scan', at('paper.yaml'), '--json', '--data', at('paper-data'), '--now', now);
    expect(scanned.code).toBe(0);
    const [system] = scanned.json<Scanned>().systems;
    expect(system?.scan.outcomes).toEqual({});
    expect(system?.practices).toHaveLength(18);
    const owner = system?.practices
      .flatMap((each) => each.indicators)
      .find((row) => row.id === 'spm.l1.accountable-owner');
    expect(owner).toMatchObject({ status: 'met', evidence: 'stated' });
    const assessed = await plimsoll(
      ...['assess', at('paper.yaml'), '--observations', at('none.jsonl'), '--now', now, '--json'],
    );
    expect(assessed.json<Scanned>().systems[0]?.practices).toEqual(system?.practices);
  });
});

describe('rules, facts, plant and imports', () => {
  it('check the pack and list its indicators', async () => {
    const ended = await plimsoll('rules', 'check', '--json');
    expect(ended.code).toBe(0);
    const report = ended.json<{ ok: boolean; indicators: string[]; errors: object[]; hash: string }>();
    expect(report).toMatchObject({ ok: true, pack: 'smm', errors: [], hash: expect.stringMatching(/^sha256:/) });
    expect(report.indicators).toContain('acc.l1.anonymous-refused');
  });

  it('run the cases of one row', async () => {
    const ended = await plimsoll('rules', 'test', 'acc.l2.no-anonymous', '--json');
    expect(ended.code).toBe(0);
    const report = ended.json<{ ok: boolean; cases: number; failed: object[] }>();
    expect(report).toMatchObject({ ok: true, failed: [] });
    expect(report.cases).toBeGreaterThan(5);
  });

  it('explain a row, and refuse one that does not exist', async () => {
    const ended = await plimsoll('rules', 'explain', 'acc.l2.no-anonymous', '--json');
    expect(ended.json()).toMatchObject({
      population: expect.any(String),
      facts: expect.arrayContaining(['auth.anonymous.accepted']),
      paths: expect.arrayContaining(['mqtt']),
    });
    expect(await plimsoll('rules', 'explain', 'acc.l9.nonsense', '--json')).toMatchObject({ code: 2, stdout: '' });
  });

  it('list the vocabulary with type, freshness and who fills it', async () => {
    const facts = (await plimsoll('facts', '--json')).json<{ name: string }[]>();
    expect(facts.find((each) => each.name === 'auth.anonymous.accepted')).toMatchObject({
      type: 'boolean',
      volatile: false,
      filledBy: expect.arrayContaining(['mqtt']),
    });
  });

  it('print the schema of the plant file, and check one', async () => {
    expect((await plimsoll('plant', 'schema')).json()).toMatchObject({ type: 'object' });
    const checked = await plimsoll('plant', 'check', plant.file, '--json');
    expect(checked.code).toBe(0);
    expect(checked.json()).toMatchObject({ ok: true, systems: ['line-1'], probes: { allowed: 2, refused: [] } });
  });

  it('check a table of facts and propose assets from an inventory without writing', async () => {
    writeFileSync(
      at('siem.csv'),
      `asset,fact,value,observedAt\nbroker-1,logging.remote.enabled,true,${new Date().toISOString()}\n`,
    );
    const facts = await plimsoll(
      'import',
      'facts',
      at('siem.csv'),
      '--source',
      'siem',
      '--plant',
      plant.file,
      '--json',
    );
    expect(facts.json()).toMatchObject({ ok: true, subjects: 1, facts: 1, listed: false });
    const before = readFileSync(plant.file, 'utf8');
    const inventory = await plimsoll('import', 'inventory', at('inventory.csv'), '--plant', plant.file, '--json');
    expect(inventory.json<{ add: { id: string }[] }>().add.map((each) => each.id)).toEqual(['plc-1', 'hmi-1']);
    expect(readFileSync(plant.file, 'utf8')).toBe(before);
  });
});

describeWith(['mosquitto'], 'collect from mosquitto', () => {
  it('sees strangers let in or refused when typed consent allows to ask', async () => {
    const mosquitto = await startMosquitto({ open: { anonymous: true }, closed: { users: { reader: 'secret-1' } } });
    try {
      for (const [name, accepted] of [
        ['open', true],
        ['closed', false],
      ] as const) {
        const url = `mqtt://127.0.0.1:${mosquitto.ports[name]}`;
        const ended = await plimsoll('collect', 'mqtt', url, '--tier', 'T4', '--json');
        expect(ended.code).toBe(0);
        expect(ended.json()).toMatchObject({
          ...{ v: 1, collector: 'mqtt', target: url, tier: 'T4', outcome: 'observed' },
          facts: { 'auth.anonymous.accepted': accepted },
        });
      }
    } finally {
      await mosquitto.stop();
    }
  });
});

describeWith(['snmpd'], 'collect from snmpd', () => {
  it('reads as a named user whose keys stay out of the answer', async () => {
    const snmpd = await startSnmpd([
      'createUser reader SHA-256 auth-pass-123 AES priv-pass-123',
      'rouser reader authPriv',
      'sysDescr A switch',
    ]);
    try {
      writeFileSync(
        at('credentials.yaml'),
        'credentials:\n  reader: {user: reader, authProtocol: sha256, authKey: {file: ./auth}, privProtocol: aes, privKey: {file: ./priv}}\n',
      );
      writeFileSync(at('auth'), 'auth-pass-123', { mode: 0o600 });
      writeFileSync(at('priv'), 'priv-pass-123', { mode: 0o600 });
      const ended = await plimsoll(
        ...['collect', 'snmp', `snmp://127.0.0.1:${snmpd.port}`, '--json'],
        ...['--credentials', at('credentials.yaml'), '--credential', 'reader'],
      );
      expect(ended.code).toBe(0);
      expect(ended.json()).toMatchObject({
        outcome: 'observed',
        facts: { 'snmp.v3.authProtocol': expect.any(String) },
      });
      expect(ended.stdout + ended.stderr).not.toMatch(/auth-pass|priv-pass/);
    } finally {
      await snmpd.stop();
    }
  });
});

describe('collect', () => {
  it('ends with 3 where nothing was observed, and 2 on bad input', async () => {
    const counting = await countingServer();
    await counting.stop();
    const refused = await plimsoll('collect', 'tls', `tls://127.0.0.1:${counting.port}`, '--json');
    expect(refused.code).toBe(3);
    expect(refused.json()).toMatchObject({ outcome: 'unreachable', facts: { 'service.listening': false } });
    const unknown = await plimsoll('collect', 'modem', 'modem://127.0.0.1', '--json');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
  });
});
