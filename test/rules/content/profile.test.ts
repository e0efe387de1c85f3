import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayFill } from '../../../collectors/contract/vocabulary.ts';
import { citationOf, queryCrosswalk } from '../../../rules/engine/crosswalk.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { profileIds, targetsFrom } from '../../../rules/engine/profile.ts';
import { runCases } from '../../../rules/loader/check.ts';
import { loadCrosswalks } from '../../../rules/loader/crosswalk.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { loadProfiles } from '../../../rules/loader/profile.ts';
import { crosswalkFolder, folderOf, profileFolder, refusedBy, smmFolder } from './shipped.ts';

const profiles = loadProfiles(profileFolder);
const [first] = profiles;
if (first === undefined) throw new Error('no profiles');

describe('the shipped profiles', () => {
  it('are six', () => {
    expect(profileIds(profiles)).toEqual([
      'connected-product-maker',
      'digital-twin',
      'discrete-manufacturing',
      'medical-devices',
      'retail-pos',
      'water-wastewater',
    ]);
  });

  it('set a target with a reason of its own for every practice', () => {
    for (const { id, targets } of profiles) {
      expect(Object.keys(targets), id).toEqual(practiceCodes);
      const reasons = Object.values(targets).map(({ reason }) => reason);
      expect(new Set(reasons).size, id).toBe(18);
    }
  });

  it('say that they are ours, and that no publisher approved them', () => {
    for (const profile of profiles) {
      expect(profile.status).toBe('ours');
      expect(profile.notice).toMatch(/approved by no publisher/);
    }
  });

  it('set no targets that cannot be reached together', () => {
    for (const { id, targets } of profiles) {
      const counted = (['EMI', 'ACC', 'DPI', 'VAS', 'PAT', 'MON', 'RRC'] as const).filter(
        (code) => targets[code].level >= 3,
      );
      if (counted.length > 0) expect(targets.ACM.level, `${id}: ${counted}`).toBeGreaterThanOrEqual(2);
      if (targets.DPI.level >= 3) expect(targets.DPM.level, id).toBeGreaterThanOrEqual(3);
      if (targets.ERP.level >= 3) expect(targets.MON.level, id).toBeGreaterThanOrEqual(2);
      if (targets.PAT.level >= 3)
        expect([targets.RRC.level, targets.ERP.level].every((level) => level >= 2)).toBe(true);
      if (targets.ACC.level >= 3)
        expect([targets.EMI.level, targets.STD.level].every((level) => level >= 2)).toBe(true);
    }
  });

  describe.each(profiles)('$id as an overlay', (profile) => {
    const loaded = loadPack({ folder: smmFolder, overlays: [profile.overlay] });
    const own = loaded.pack.rows.filter(({ scope }) => scope === 'industry');

    it('adds at least two covered rows of its author, and leaves the general ones as they are', () => {
      expect(own.length).toBeGreaterThanOrEqual(2);
      expect(
        own.filter(({ author, covered, role }) => author !== 'Plimsoll' || !covered || role !== profile.role),
      ).toEqual([]);
      const general = loadPack({ folder: smmFolder }).pack.rows;
      expect(loaded.pack.rows.filter(({ scope }) => scope === 'general').map(({ digest }) => digest)).toEqual(
        general.map(({ digest }) => digest),
      );
    });

    it('does what the cases of its rows say: met, refuted and left open', () => {
      const ids = new Set(own.map(({ id }) => id));
      const cases = loaded.cases.filter(({ row }) => ids.has(row));
      expect(runCases({ ...loaded, cases, systemCases: [] }).failed).toEqual([]);
      for (const { row, cases: of } of cases) {
        const statuses = of.map(({ expect: { status } }) => status);
        expect(statuses, row).toEqual(expect.arrayContaining(['met', 'notMet', 'unknown']));
      }
    });

    it('asks for industry scope only where one of its rows can give it', () => {
      const wanted = practiceCodes.filter((code) => profile.targets[code].scope === 'industry');
      const given = own.map(({ practice, level }) => `${practice} ${level}`);
      expect(wanted.map((code) => `${code} ${profile.targets[code].level}`).sort()).toEqual([...given].sort());
    });

    it('names only paths that can bring a fact of the row', () => {
      const odd = own.flatMap((row) =>
        row.paths
          .filter((path) => path !== 'examine' && ![...row.facts].some((fact) => mayFill(path, fact)))
          .map((path) => `${row.id}: ${path}`),
      );
      expect(odd).toEqual([]);
    });

    it('cites ids that the crosswalks hold for its practice', () => {
      const crosswalks = loadCrosswalks(crosswalkFolder);
      const lost = own.flatMap(({ practice, references }) =>
        references.filter((reference) => {
          const cited = citationOf(crosswalks, reference);
          return cited === undefined || queryCrosswalk(crosswalks, { practice, ...cited }).length === 0;
        }),
      );
      expect(lost).toEqual([]);
    });
  });

  it('load one upon the other, so that a sector and a technology can be combined', () => {
    const { pack } = loadPack({ folder: smmFolder, overlays: profiles.map(({ overlay }) => overlay) });
    expect(pack.rows.filter(({ scope }) => scope === 'industry')).toHaveLength(12);
  });
});

describe('targets of a system with a profile', () => {
  it("are the plant's own where it has one, higher or lower, and the profile's elsewhere", () => {
    const targets = targetsFrom(first, {
      ACC: { level: 1, scope: 'general', reason: 'no network' },
      PHP: { level: 4, scope: 'system' },
    });
    expect(targets.ACC).toEqual({ level: 1, scope: 'general', reason: 'no network' });
    expect(targets.PHP).toEqual({ level: 4, scope: 'system' });
    expect(targets.PAT).toEqual({
      level: 3,
      scope: 'industry',
      reason: 'Maker of connected products: Owners can only apply what the maker publishes in time.',
    });
    expect(Object.keys(targets)).toEqual(practiceCodes);
  });

  it('are those of the plant where there is no profile', () => {
    const own = { ACC: { level: 2, scope: 'general' } } as const;
    expect(targetsFrom(undefined, own)).toEqual(own);
  });
});

describe('reading profiles', () => {
  it('tells everything that is wrong at once', () => {
    const text = readFileSync(join(profileFolder, 'retail-pos/profile.yaml'), 'utf8');
    const folder = folderOf({});
    for (const [name, changed] of [
      ['one', text.replace('id: retail-pos', 'id: two')],
      ['three', text.replace('id: retail-pos', 'id: three').replace(/ {2}SPM:\n(?: {4}.*\n)+/, '')],
      ['four', text.replace('id: retail-pos', 'id: four').replace('level: 2', 'level: 5')],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'profile.yaml'), changed);
    }
    mkdirSync(join(folder, 'empty'));
    const problems = refusedBy(() => loadProfiles(folder));
    expect(problems.map(({ file, path, found }) => [file, path, found])).toEqual([
      ['empty/profile.yaml', '', 'ENOENT'],
      ['four/profile.yaml', 'targets.SPM.level', '5'],
      ['one/profile.yaml', 'id', 'two'],
      ['three/profile.yaml', 'targets.SPM', 'nothing'],
    ]);
  });
});
