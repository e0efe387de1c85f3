import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssetSummary, Overview, PracticePage } from '../../server/contract/api.ts';
import { listOf } from '../../server/contract/api.ts';
import type { PracticeResult } from '../../server/contract/assessment.ts';
import { nextQuestionSchema } from '../../server/contract/questions.ts';
import type { Report } from '../../server/report/report.ts';
import { until } from '../support/program.ts';
import { plimsoll, type Served, serve } from './plimsoll.ts';
import { type SmallPlant, smallPlant } from './small-plant.ts';

let plant: SmallPlant;
let server: Served;
const system = '/api/v1/systems/line-1';
const at = (name: string) => join(plant.folder, name);
const leaving = { id: 'hmi-9', name: 'Old panel', kind: 'hmi', exposed: false };

async function scanned(): Promise<string> {
  const started = await server.request(`${system}/scans`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { id } = (await started.json()) as { id: string };
  const scan = async () =>
    (await server.get<{ scan: { state: string } }>(`/api/v1/scans/${id}`)).scan.state === 'finished';
  await until(scan, 'the scan ends', 30_000);
  const assessed = async () => (await server.get<{ runningScan?: object }>(system)).runningScan === undefined;
  await until(assessed, 'it is assessed', 30_000);
  const { assessment } = await server.get<Overview>(`${system}/overview`);
  return assessment?.at ?? '';
}

beforeAll(async () => {
  plant = await smallPlant();
  plant.write({ assets: [leaving] });
  server = await serve('up', ['--plant', plant.file, '--data', at('data')]);
  await scanned();
  plant.write();
}, 90_000);
afterAll(async () => {
  await server.stop();
  await plant.stop();
});

describe('report and assess, of the data folder of a running server', () => {
  let instant: string;
  let served: PracticeResult[];

  it('agree with the server at the same instant: assets that left, levels before, decisions', async () => {
    instant = await scanned();
    served = (await server.get<{ items: PracticeResult[] }>(`${system}/practices`)).items;
    // Both matter here: the panel left without a record, and a row reads the levels of the assessment before.
    const assets = await server.get<{ items: AssetSummary[] }>(`${system}/assets`);
    expect(assets.items.find(({ id }) => id === leaving.id)?.state).toBe('gone');
    const counted = served.flatMap(({ indicators }) => indicators.map(({ of }) => of ?? 0));
    expect(Math.max(...counted)).toBe(3);
    const page = await server.get<PracticePage>(`${system}/practices/SPM`);
    const decision = {
      ...{ practice: 'SPM', kind: 'confirm', level: page.result.level, assessment: page.assessment?.id },
      by: 'ada@example.com',
    };
    const decided = await server.request(`${system}/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(decision),
    });
    expect(decided.status).toBe(201);

    const saved = ['--data', at('data'), '--now', instant, '--json'];
    const { reports } = (await plimsoll('report', plant.file, ...saved)).json<{ reports: Report[] }>();
    expect(reports.map(({ practices }) => practices)).toEqual([served]);
    const assessed = (await plimsoll('assess', plant.file, ...saved)).json<object>();
    expect(assessed).toEqual({ systems: [{ system: 'line-1', practices: served }] });

    const later = await plimsoll('report', plant.file, '--data', at('data'), '--json');
    expect(later.json<{ reports: Report[] }>().reports[0]?.confirmed).toEqual([
      expect.objectContaining({ practice: 'SPM', level: page.result.level, by: 'ada@example.com' }),
    ]);
    const printed = await plimsoll('report', plant.file, '--data', at('data'));
    expect(printed.stdout).toContain('confirmed by ada@example.com');
  });

  it('explain a practice and a row as text, as the server does, and describe both without a plant', async () => {
    const saved = ['--plant', plant.file, '--data', at('data'), '--now', instant];
    const explained = await plimsoll('rules', 'explain', 'acc', ...saved);
    const text = await (await server.request(`${system}/practices/ACC/explain?asOf=${instant}`)).text();
    expect(explained.stdout.trim()).toBe(text.trim());
    const row = await plimsoll('rules', 'explain', 'acc.l1.anonymous-refused', ...saved);
    expect(row.stdout).toMatch(/^acc\.l1\.anonymous-refused: met, /);
    expect(row.stdout).toMatch(/auth\.anonymous\.accepted is false; measured by mqtt \(broker-1\/mqtt\)/);
    const listed = await plimsoll('rules', 'explain', 'ACC');
    expect(listed.stdout).toMatch(/^1 core +acc\.l1\.anonymous-refused: /m);
    expect(await plimsoll('rules', 'explain', 'acc.l9.none', ...saved)).toMatchObject({ code: 2, stdout: '' });
  });

  it('ask people the same questions on a page and at a terminal, and pass over the same', async () => {
    const asked = async (query = '') =>
      listOf(nextQuestionSchema).parse(await server.get(`${system}/questions${query}`)).items;
    const interview = () =>
      plimsoll(
        ...['interview', plant.file, '--data', at('data'), '--by', 'max'],
        ...['--answers', at('none.jsonl'), '--minutes', '6'],
      );
    writeFileSync(at('none.jsonl'), '');
    const before = await asked();
    expect(before.length).toBeGreaterThan(5);
    const [first] = before;
    const held = await interview();
    expect(held.stdout).toContain(`${first?.rows[0]?.practice}  ${first?.rows[0]?.question}`);
    for (const { text, hint } of first?.prompts ?? []) {
      expect(held.stdout).toContain(text);
      expect(held.stdout).toContain(hint);
    }
    // The recorded answers knew nothing: the page passes over what the terminal passed over, and says so when asked.
    const after = await asked();
    expect(after.map(({ id }) => id)).not.toContain(first?.id);
    const over = (await asked('?passed=true&limit=200')).filter((each) => each.passed !== undefined);
    expect(over.find(({ id }) => id === first?.id)?.passed).toMatchObject({ why: 'unknown', by: 'max' });
    expect(await asked('?limit=2')).toHaveLength(2);
  });

  it('read the levels before from a file, and say which rows would where there is none', async () => {
    const row = (practices: readonly PracticeResult[] = []) =>
      practices.flatMap(({ indicators }) => indicators).find(({ id }) => id === 'spm.l2.funded-plan');
    writeFileSync(at('none.jsonl'), '');
    writeFileSync(at('before.json'), JSON.stringify({ systems: [{ system: 'line-1', practices: served }] }));
    const assess = (...more: string[]) =>
      plimsoll('assess', plant.file, '--observations', at('none.jsonl'), '--now', instant, '--json', ...more);
    const without = await assess();
    expect(without.stderr).toContain('no earlier levels are known, which spm.l2.funded-plan would read');
    const told = await assess('--previous', at('before.json'));
    expect(told.stderr).toBe('');
    const [unread, read] = [without, told].map((each) =>
      row(each.json<{ systems: { practices: PracticeResult[] }[] }>().systems[0]?.practices),
    );
    expect(unread?.evidence).toBeUndefined();
    expect(read?.evidence).toBe(row(served)?.evidence);
    expect(read?.evidence).toBe('stated');
  });

  it('refuse two sources, none, and a file of levels that is none', async () => {
    const assess = (...more: string[]) => plimsoll('assess', plant.file, '--json', ...more);
    const observations = ['--observations', at('none.jsonl')];
    const data = ['--data', at('data')];
    const refused = [
      await assess(),
      await assess(...observations, ...data),
      await assess(...data, '--previous', at('before.json')),
      await assess('--data', at('no-such-folder')),
      await assess(...observations, '--previous', plant.file),
    ];
    expect(refused.map(({ code, stdout }) => ({ code, stdout }))).toEqual(refused.map(() => ({ code: 2, stdout: '' })));
  });
});
