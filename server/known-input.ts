/** What a data folder knows of a system at an instant, as `assess()` reads it: the one way for server and commands. */
import { longestHistory } from '../rules/derive/history.ts';
import { withDerived } from '../rules/derive/with-derived.ts';
import type { AssessInput, AssetView } from '../rules/engine/input.ts';
import { isPracticeCode } from '../rules/engine/model.ts';
import type { Pack } from '../rules/engine/pack.ts';
import type { Plant } from './contract/plant.ts';
import type { Statement } from './contract/statement.ts';
import { assessInput } from './plant/assess-input.ts';
import type { Imported } from './plant/load-imports.ts';
import { assessmentAsOf, latestAssessment, type StoredAssessment } from './store/assessments.ts';
import { knownAssets } from './store/assets.ts';
import { observationsAsOf } from './store/readings.ts';
import type { Database } from './store/tables.ts';
import { turnsAsOf } from './store/turns.ts';

export interface KnownAt {
  readonly plant: Plant;
  readonly statements: readonly Statement[];
  readonly imports: readonly Imported[];
  /** By which the system is assessed: what is derived depends on its lists. */
  readonly pack: Pack;
  /** RFC 3339, UTC. */
  readonly instant: string;
  /** Since when the plant file stands as it does; default: said at the instant. */
  readonly plantSince?: Date;
}

/** With the assets that left the plant file, the levels of the assessment before, and what is derived. */
export async function knownInput(db: Database, system: string, at: KnownAt): Promise<AssessInput> {
  const { plant, statements, imports, instant, plantSince } = at;
  const systems = plant.systems.map(({ id }) => id);
  const observations = await observationsAsOf(db, { systems }, instant);
  const since = new Date(Date.parse(instant) - longestHistory).toISOString();
  const turns = await turnsAsOf(db, { systems, since }, instant);
  const known = await knownAssets(db, system, instant);
  const before = await assessmentBefore(db, system, instant);
  const input = assessInput(plant, system, {
    now: new Date(instant),
    evidence: { observations, statements, imports, turns },
    ...(plantSince === undefined ? {} : { plantSince }),
    everSeenAssets: known.map((each) => each.view as AssetView),
    ...(before === undefined ? {} : { previousLevels: levelsOf(before) }),
  });
  return withDerived(at.pack, input);
}

/** The newest assessment made for an earlier instant: explaining an assessment, the one before it was its input. */
async function assessmentBefore(db: Database, system: string, instant: string): Promise<StoredAssessment | undefined> {
  const newest = await latestAssessment(db, system);
  if (newest === undefined || newest.now < instant) return newest;
  return assessmentAsOf(db, system, new Date(Date.parse(instant) - 1).toISOString());
}

function levelsOf(before: StoredAssessment): NonNullable<AssessInput['previousLevels']> {
  return Object.fromEntries(
    before.result.practices
      .filter(({ practice }) => isPracticeCode(practice))
      .map(({ practice, level }) => [practice, level]),
  );
}
