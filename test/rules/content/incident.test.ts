import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type IncidentChain, replayIncident } from '../../../rules/engine/incident.ts';
import type { Status } from '../../../rules/engine/result.ts';
import { loadIncidents } from '../../../rules/loader/incident.ts';
import { folderOf, incidentFolder, pack, refusedBy, rowIds } from './shipped.ts';

const chains = loadIncidents(incidentFolder, rowIds);

function chain(id: string): IncidentChain {
  const found = chains.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no chain ${id}`);
  return found;
}

/** What an owner's assessment holds: every row but those of other roles, all alike but for some. */
function ownerStatuses(all: Status, but: Readonly<Record<string, Status>> = {}): Map<string, Status> {
  const own = pack.rows.filter(({ role }) => role === 'all' || role === 'owner');
  return new Map(own.map(({ id }) => [id, but[id] ?? all]));
}

describe('the shipped incident chains', () => {
  it('are the five known ones, with sources and marks', () => {
    expect(chains.map(({ id, mark, steps }) => `${id} ${mark} ${steps.length}`)).toEqual([
      'aliquippa-2023 reported 6',
      'mirai-2016 reported 6',
      'oldsmar-2021 disputed 6',
      'pipeline-2021 reported 7',
      'triton-2017 recalled 7',
    ]);
    expect(chain('oldsmar-2021').notice).toMatch(/FBI/);
  });

  it('say of each row of another party whose it is, as the pack does', () => {
    const rows = chains.flatMap(({ steps }) => steps.flatMap(({ breaks, softens }) => [...breaks, ...softens]));
    const wrong = rows.filter(({ row, role }) => {
      const real = pack.byId.get(row)?.role;
      return real === 'supplier' || real === 'serviceProvider' ? role !== real : role !== undefined;
    });
    expect(wrong).toEqual([]);
  });
});

describe('replaying an incident', () => {
  it('works to its end where nothing is met, and names the rows that would break it first', () => {
    const replay = replayIncident(chain('aliquippa-2023'), ownerStatuses('notMet'));
    expect(replay.steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'A1 worked',
      'A2 worked',
      'A3 worked',
      'A4 worked',
      'A5 noRow',
      'A6 noRow',
    ]);
    expect(replay).toMatchObject({
      verdict: 'open',
      couldBreakAt: { step: 'A1', rows: ['acc.l1.no-open-control-ports'] },
    });
    expect(replay.brokenAt).toBeUndefined();
  });

  it('breaks at the first step that one met row stops', () => {
    const statuses = ownerStatuses('notMet', { 'acc.l2.remote-mfa': 'met', 'rrc.l3.immutable': 'met' });
    const replay = replayIncident(chain('pipeline-2021'), statuses);
    expect(replay).toMatchObject({
      verdict: 'broken',
      brokenAt: { step: 'D2', rows: ['acc.l2.remote-mfa'] },
      couldBreakAt: {
        step: 'D1',
        rows: ['std.l3.third-party-accounts', 'emi.l2.leaver-removal', 'acc.l3.recertification'],
      },
    });
    expect(replay.steps.find(({ id }) => id === 'D6')).toMatchObject({
      outcome: 'broken',
      brokenBy: ['rrc.l3.immutable'],
      openBecauseOf: ['rrc.l2.offline-copy'],
    });
  });

  it('never takes what nobody knows for a broken step, nor for one that worked', () => {
    const replay = replayIncident(chain('triton-2017'), ownerStatuses('unknown'));
    expect(replay.verdict).toBe('unknown');
    expect(replay.steps.map(({ outcome }) => outcome)).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'unknown',
      'noRow',
      'noRow',
      'noRow',
    ]);
    expect(replay.steps[0]?.unknownBecauseOf).toEqual(['acc.l3.segmentation-measured', 'acc.l2.remote-mfa']);
  });

  it('stays unknown while one row of several is, and the others are not met', () => {
    const statuses = ownerStatuses('notMet', { 'acc.l2.remote-mfa': 'unknown' });
    expect(replayIncident(chain('triton-2017'), statuses).steps[0]).toMatchObject({
      outcome: 'unknown',
      openBecauseOf: ['acc.l3.segmentation-measured'],
      unknownBecauseOf: ['acc.l2.remote-mfa'],
    });
  });

  it('takes a row that was not assessed for unknown', () => {
    const replay = replayIncident(chain('pipeline-2021'), new Map());
    expect(replay).toMatchObject({ verdict: 'unknown', couldBreakAt: { step: 'D1' } });
  });

  it("leaves the maker's rows out of an owner's replay, and shows them as elsewhere", () => {
    const steps = replayIncident(chain('mirai-2016'), ownerStatuses('notMet')).steps;
    expect(steps.find(({ id }) => id === 'E2')).toMatchObject({
      outcome: 'worked',
      elsewhere: ['emi.l2.unique-factory-credentials'],
    });
    expect(steps.find(({ id }) => id === 'E3')).toMatchObject({ outcome: 'noRow' });
    const maker = new Map<string, Status>([['emi.l2.unique-factory-credentials', 'met']]);
    expect(replayIncident(chain('mirai-2016'), maker).brokenAt).toEqual({
      step: 'E1',
      rows: ['emi.l2.unique-factory-credentials'],
    });
  });

  it('lets a row that does not apply break nothing', () => {
    const only = ownerStatuses('notMet', { 'acc.l3.sis-separated': 'notApplicable' });
    expect(replayIncident(chain('triton-2017'), only).steps[1]).toMatchObject({
      outcome: 'unknown',
      unknownBecauseOf: ['acc.l3.sis-separated'],
    });
    const beside = ownerStatuses('notMet', { 'acc.l2.remote-mfa': 'notApplicable' });
    expect(replayIncident(chain('triton-2017'), beside).steps[0]).toMatchObject({ outcome: 'worked' });
  });

  it('names what would show or soften a step apart from what breaks it', () => {
    const statuses = ownerStatuses('notMet', { 'mon.l2.basic-alerts': 'met' });
    expect(replayIncident(chain('aliquippa-2023'), statuses).steps[3]).toMatchObject({
      outcome: 'worked',
      softenedBy: ['mon.l2.basic-alerts'],
    });
  });

  it('is broken at each step of its shortest way out alone', () => {
    for (const each of chains) {
      for (const id of each.shortestBreak) {
        const breaks = each.steps.find((step) => step.id === id)?.breaks ?? [];
        for (const { row } of breaks) {
          const statuses = new Map<string, Status>([...ownerStatuses('notMet'), [row, 'met']]);
          const step = replayIncident(each, statuses).steps.find((one) => one.id === id);
          expect(step?.outcome, `${each.id} ${id} ${row}`).toBe('broken');
        }
      }
    }
  });
});

describe('reading incident chains', () => {
  it('tells everything that is wrong at once', () => {
    const text = readFileSync(join(incidentFolder, 'aliquippa-2023.yaml'), 'utf8');
    const folder = folderOf({
      'aliquippa-2023.yaml': text
        .replace('acc.l1.no-open-control-ports', 'acc.l1.gone')
        .replace('shortestBreak: [ A1 ]', 'shortestBreak: [ A5, A9 ]')
        .replace('id: A4', 'id: A7'),
      'renamed.yaml': text.replace('mark: reported', 'mark: rumoured'),
    });
    expect(
      refusedBy(() => loadIncidents(folder, rowIds)).map(({ expected, found }) => `${expected}: ${found}`),
    ).toEqual([
      'a step that a row breaks: A5, which no row breaks',
      'a step that a row breaks: A9',
      'a row of the pack: acc.l1.gone',
      'A4: A7',
      'one of reported, recalled, uncertain, disputed: "rumoured"',
    ]);
  });
});
