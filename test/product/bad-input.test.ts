import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/program.ts';
import { countingServer, plimsoll, serve } from './plimsoll.ts';

const folder = temporaryFolder('bad');
const at = (name: string) => join(folder.path, name);
let counting: Awaited<ReturnType<typeof countingServer>>;
let sound: string;

beforeAll(async () => {
  counting = await countingServer();
  sound = [
    'plimsoll: 1',
    'site: {id: north}',
    'systems:',
    '  - id: line-1',
    '    assets:',
    `      - {id: box-1, kind: server, host: 127.0.0.1, probes: [{collector: tls, url: "tls://127.0.0.1:${counting.port}"}]}`,
    '',
  ].join('\n');
  writeFileSync(at('sound.yaml'), sound);
});
afterAll(async () => {
  expect(counting.contacts()).toBe(0);
  await counting.stop();
  folder.remove();
});

const refused = { code: 2, stdout: '' };
/** Short, so that a failure does not print a whole assessment. */
function refusal({ code, stdout }: { code: number | null; stdout: string }) {
  return { code, stdout: stdout.slice(0, 100) };
}

describe('a plant file that is wrong', () => {
  it('is refused with every problem at once, before anybody is contacted or anything is written', async () => {
    writeFileSync(
      at('wrong.yaml'),
      `${sound
        .replace('host: 127.0.0.1,', 'host: 127.0.0.1, colour: red,')
        .replace('site: {id: north}', 'site: {id: north}\nvalidUntil: soon')}      - {id: box-1, kind: teapot}\n`,
    );
    const ended = await plimsoll('scan', at('wrong.yaml'), '--json', '--data', at('unwritten'));
    expect(refusal(ended)).toEqual(refused);
    expect(ended.stderr).toMatch(/wrong\.yaml:3\b.*validUntil/s);
    expect(ended.stderr).toMatch(/wrong\.yaml:7\b.*colour/s);
    expect(ended.stderr).toMatch(/wrong\.yaml:8\b.*teapot/s);
    expect(ended.stderr).toContain('Nothing was contacted, nothing was written.');
    expect(readdirSync(folder.path)).not.toContain('unwritten');
  });

  it('is refused when two assets have one id, and when a secret is missing', async () => {
    writeFileSync(at('twice.yaml'), `${sound}      - {id: box-1, kind: plc}\n`);
    const twice = await plimsoll('scan', at('twice.yaml'), '--json', '--data', at('unwritten'));
    expect(refusal(twice)).toEqual(refused);
    expect(twice.stderr).toMatch(/twice\.yaml:7\b.*box-1/s);
    const reading = (name: string) =>
      `      - {id: ${name}, kind: broker, host: 127.0.0.1, probes: [{collector: mqtt, url: "mqtts://127.0.0.1:${counting.port}", credential: ${name}}]}\n`;
    const credentials =
      'credentials: {one: {username: a, password: {env: PLIMSOLL_TEST_UNSET}}, two: {username: b, password: {file: ./gone}}}\n';
    writeFileSync(
      at('secretless.yaml'),
      `${sound.replace('systems:', `${credentials}systems:`)}${reading('one')}${reading('two')}`,
    );
    const secretless = await plimsoll('scan', at('secretless.yaml'), '--json', '--data', at('unwritten'));
    expect(refusal(secretless)).toEqual(refused);
    expect(secretless.stderr).toContain('PLIMSOLL_TEST_UNSET');
    expect(secretless.stderr).toContain('gone');
    expect(readdirSync(folder.path)).not.toContain('unwritten');
  });
});

describe('statements, imports, observations and packs that are wrong', () => {
  it('are all told in one go', async () => {
    mkdirSync(at('statements'), { recursive: true });
    writeFileSync(
      at('statements/wrong.yaml'),
      [
        'plimsoll: 1',
        'statements:',
        '  - {id: one, kind: attestation, type: policy, subject: {system: line-9}, facts: {no.such.fact: 1}, by: Ada, role: owner, on: 2026-11-02}',
        '',
      ].join('\n'),
    );
    writeFileSync(at('import.csv'), 'asset,fact,value,observedAt\nbox-9,logging.remote.enabled,perhaps,yesterday\n');
    writeFileSync(
      at('papers.yaml'),
      `${sound}statements: [./statements/*.yaml]\nimports: [{file: ./import.csv, source: siem}]\n`,
    );
    writeFileSync(
      at('seen.jsonl'),
      '{"v":1,"system":"line-1","asset":"box-9","collector":"tls","observedAt":"now","outcome":"fine","facts":{"no.such.fact":1}}\nnonsense\n',
    );
    const ended = await plimsoll('assess', at('papers.yaml'), '--observations', at('seen.jsonl'), '--json');
    expect(refusal(ended)).toEqual(refused);
    for (const part of ['wrong.yaml:3', 'no.such.fact', 'import.csv:2', 'box-9', 'seen.jsonl:1', 'seen.jsonl:2'])
      expect(ended.stderr).toContain(part);
    const imported = await plimsoll(
      ...['import', 'facts', at('import.csv'), '--source', 'siem', '--plant', at('sound.yaml'), '--json'],
    );
    expect(refusal(imported)).toEqual(refused);
    expect(imported.stderr).toContain('import.csv:2');
  });

  it('a pack that does not load starts nothing', async () => {
    mkdirSync(at('pack'), { recursive: true });
    writeFileSync(at('pack/pack.yaml'), 'id: broken\ncolour: red\n');
    const checked = await plimsoll('rules', 'check', '--rules', at('pack'), '--json');
    expect(checked.code).toBe(2);
    const report = checked.json<{ ok: boolean; errors: { file: string; line: number }[] }>();
    expect(report.ok).toBe(false);
    expect(report.errors.length).toBeGreaterThan(1);
    writeFileSync(at('none.jsonl'), '');
    const assessed = await plimsoll(
      ...['assess', at('sound.yaml'), '--observations', at('none.jsonl'), '--rules', at('pack'), '--json'],
    );
    expect(refusal(assessed)).toEqual(refused);
  });
});

describe('a data folder that cannot be used', () => {
  const scan = (data: string) => plimsoll('scan', at('sound.yaml'), '--json', '--data', data);

  it('is refused while another process has it, and so is a port that is taken', async () => {
    const served = await serve('up', ['--plant', at('sound.yaml'), '--data', at('held')]);
    try {
      const second = await scan(at('held'));
      expect(refusal(second)).toEqual(refused);
      expect(second.stderr).toMatch(/held.*(use|process)/s);
      const third = await plimsoll(
        ...['up', '--plant', at('sound.yaml'), '--data', at('other'), '--port', String(served.port)],
      );
      expect(refusal(third)).toEqual(refused);
      expect(third.stderr).toContain(`port ${served.port}`);
    } finally {
      await served.stop();
    }
  });

  it('is refused where a file lies in its place, a newer version wrote it, or it is damaged, and stays as it was', async () => {
    writeFileSync(at('file'), 'a file');
    const file = await scan(at('file'));
    expect(refusal(file)).toEqual(refused);
    expect(readFileSync(at('file'), 'utf8')).toBe('a file');

    mkdirSync(at('newer'));
    copyFileSync(at('held/plimsoll.db'), at('newer/plimsoll.db'));
    const database = new DatabaseSync(at('newer/plimsoll.db'));
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2030-01-01')");
    database.close();
    const newer = await scan(at('newer'));
    expect(refusal(newer)).toEqual(refused);
    expect(newer.stderr).toMatch(/newer|9999/);

    mkdirSync(at('damaged'));
    writeFileSync(at('damaged/plimsoll.db'), 'SQLite format 3\0 and then nothing of the kind'.repeat(100));
    const before = readFileSync(at('damaged/plimsoll.db'));
    const damaged = await scan(at('damaged'));
    expect(refusal(damaged)).toEqual(refused);
    expect(readFileSync(at('damaged/plimsoll.db')).equals(before)).toBe(true);
  });
});
