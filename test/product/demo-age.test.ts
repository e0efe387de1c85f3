/** The demo plant is scanned once, over the wire; then only the clock is moved, as a newcomer does who comes back. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInputs } from '../../agent/commands/saved-evidence.ts';
import { type DemoPlant, startDemoPlant } from '../../agent/demo/run.ts';
import { nextQuestions, type Question } from '../../rules/advice/next-minute.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import { practiceCodes } from '../../rules/engine/model.ts';
import type { PracticeResult } from '../../rules/engine/result.ts';
import { temporaryFolder } from '../support/program.ts';
import { plimsoll } from './plimsoll.ts';

const folder = temporaryFolder('demo-age');
const saved = join(folder.path, 'observations.jsonl');
let plant: DemoPlant;
let scanned: number;
let printed: PracticeResult[];

beforeAll(async () => {
  plant = await startDemoPlant(join(folder.path, 'plant'));
  const scan = await plimsoll('scan', plant.plantFile, '--json', '--save', saved);
  scanned = Date.now();
  printed = scan.json<{ systems: { practices: PracticeResult[] }[] }>().systems[0]?.practices ?? [];
}, 120_000);

afterAll(async () => {
  await plant.stop();
  folder.remove();
});

interface Then {
  readonly at: number;
  readonly practices: readonly PracticeResult[];
  readonly questions: readonly Question[];
}

const known = new Map<number, Promise<Then>>();

/** As it stands so many days after the scan. */
function standing(days: number): Promise<Then> {
  const then = known.get(days) ?? thenAt(days);
  known.set(days, then);
  return then;
}

async function thenAt(days: number): Promise<Then> {
  const at = scanned + days * 86_400_000;
  const { inputs } = await openInputs(plant.plantFile, { observations: saved, now: new Date(at) });
  const [system] = inputs;
  if (system === undefined) throw new Error('the demo plant has no system');
  const { input, pack } = system;
  return {
    at,
    practices: assess(pack, withDerived(pack, input)).practices,
    questions: nextQuestions(pack, input),
  };
}

function questionsFor(then: Then, code: string): Question[] {
  return then.questions.filter(({ rows }) => rows.some(({ practice }) => practice === code));
}

function practiceIn({ practices }: Then, code: string): PracticeResult {
  const found = practices.find(({ practice }) => practice === code);
  if (found === undefined) throw new Error(`no ${code}`);
  return found;
}

/** Not established stands below every level: nothing is known any more. */
const heightOf = ({ level }: PracticeResult) => level ?? -1;

describe('a scan of the demo plant', () => {
  it('answers all 18 practices, most of them with a level', () => {
    expect(printed.map(({ practice }) => practice)).toEqual(practiceCodes);
    expect(printed.filter(({ level }) => level !== null).length).toBeGreaterThanOrEqual(12);
    // An honest plant has open ones: nobody of this one compares versions with advisories.
    expect(printed.filter(({ level }) => level === null).map(({ practice }) => practice)).toEqual(['VAS']);
  });

  it('says what to ask next wherever a level is not established', async () => {
    for (const then of [await standing(0), await standing(400)]) {
      const open = then.practices.filter(({ level }) => level === null);
      expect(open.length).toBeGreaterThan(0);
      for (const { practice, blockers, next } of open) {
        const [first] = questionsFor(then, practice);
        expect([practice, first?.way]).toEqual([practice, 'ask']);
        expect(first?.rows[0]?.question).toMatch(/^[A-Z].+\?$/);
        expect(first?.types.length).toBeGreaterThan(0);
        expect(first?.minutes).toBeGreaterThan(0);
        expect(first?.buys).toContain(`${practice} level 1`);
        // What is asked is what holds the level.
        const holding = blockers.flatMap((blocker) => ('indicator' in blocker ? [blocker.indicator] : []));
        expect(holding).toEqual(expect.arrayContaining([first?.rows.find((row) => row.practice === practice)?.id]));
        expect(next?.level).toBe(1);
      }
    }
  });
});

describe('when only the clock moves', () => {
  it('levels fall or become not established, never rise, and never turn into a finding', async () => {
    let before = await standing(0);
    const lowest: Record<string, number> = {};
    for (const days of [7, 40, 100, 400]) {
      const then = await standing(days);
      for (const code of practiceCodes) {
        const now = practiceIn(then, code);
        expect([code, days, heightOf(now) <= heightOf(practiceIn(before, code))]).toEqual([code, days, true]);
        expect([code, days, now.level]).not.toEqual([code, days, 0]);
        lowest[code] = heightOf(now);
      }
      before = then;
    }
    expect(Object.values(lowest).every((height) => height === -1)).toBe(true);
  });

  it('each fall was foretold, and stands on a row whose reading lapsed', async () => {
    let before = await standing(0);
    const fallen: string[] = [];
    for (const days of [7, 40, 100, 400]) {
      const then = await standing(days);
      for (const code of practiceCodes) {
        const was = practiceIn(before, code);
        const now = practiceIn(then, code);
        if (heightOf(now) >= heightOf(was)) continue;
        fallen.push(code);
        const foretold = Date.parse(was.dropsOn ?? '');
        expect([code, days, foretold > before.at && foretold <= then.at]).toEqual([code, days, true]);
        const met = new Set(was.indicators.filter(({ status }) => status === 'met').map(({ id }) => id));
        const lapsed = now.indicators.filter(
          ({ id, core, level, status, reason }) =>
            met.has(id) && core && level <= heightOf(was) && status === 'unknown' && reason === 'stale',
        );
        expect([code, days, lapsed.length > 0]).toEqual([code, days, true]);
      }
      before = then;
    }
    // Everything that had a level lost it in the end; measured practices first, what people said after a year.
    expect(new Set(fallen).size).toBe(17);
    expect(fallen.slice(0, 2).sort()).toEqual(['MON', 'RRC']);
  });
});
