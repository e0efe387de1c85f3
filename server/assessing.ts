/** From what the store knows to a signed assessment, and back from an assessment to the readings behind a row. */
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import type { Digest } from '../collectors/evidence/canonical.ts';
import { assess } from '../rules/engine/assess.ts';
import { type AssessmentCache, createAssessmentCache } from '../rules/engine/cache.ts';
import { explain } from '../rules/engine/explain.ts';
import type { AssessInput } from '../rules/engine/input.ts';
import type { Pack } from '../rules/engine/pack.ts';
import type { Trace } from '../rules/engine/result.ts';
import type { OverviewRow, PracticePage } from './contract/api.ts';
import { levelSchema, practiceResultSchema } from './contract/assessment.ts';
import { knownInput } from './known-input.ts';
import type { Live } from './live.ts';
import type { Packs } from './packs.ts';
import type { RecordedState } from './recorded-state.ts';
import { Refusal } from './refusal.ts';
import {
  type AssessmentHead,
  assessmentAsOf,
  assessmentById,
  assessmentHistory,
  latestAssessment,
  levelHistory,
  recordAssessment,
  type StoredAssessment,
} from './store/assessments.ts';
import type { Store } from './store/open.ts';
import type { Supplied, Supplies } from './supplies.ts';
import type { AssessmentRecord } from './views/overview.ts';

export interface Assessing {
  /** Assesses on what is known now, stores and announces the result. */
  assess(system: string, cause: { scan?: string; at?: Date }): Promise<AssessmentHead>;
  /** When time alone changes the newest result, in milliseconds UTC. */
  changesOn(system: string): Promise<number | undefined>;
  recordAsOf(system: string, instant: string | undefined): Promise<AssessmentRecord | undefined>;
  /** The assessment of the scan before, for "since last scan". */
  recordBefore(system: string, current: AssessmentRecord): Promise<AssessmentRecord | undefined>;
  trends(system: string, of: { days: number; until?: string }): Promise<ReadonlyMap<string, OverviewRow['trend']>>;
  history(system: string, practice: string, until: string | undefined): Promise<PracticePage['history']>;
  explain(system: string, indicator: string, asOf: string | undefined): Promise<Trace>;
  /** What an assessment was made from, and its id; what is known now where there is none yet. */
  inputOf(system: string, asOf: string | undefined): Promise<{ input: AssessInput; pack: Pack; assessment?: string }>;
}

interface AssessingParts {
  readonly store: Store;
  readonly packs: Packs;
  readonly supplies: Supplies;
  readonly live: Live;
  readonly log: FastifyBaseLogger;
  readonly now: () => Date;
  /** Take the plant file as said at the instant of the assessment, whatever its age: one look from the command line. */
  readonly plantSaidNow?: boolean;
}

/** Inputs kept for explaining: those of the newest assessments, a few per process. */
const inputsKept = 8;
/**
 * Newest assessments are kept as they were made, for the next one: of the systems assessed last, up to so many assets
 * together. With 30 facts from four sources an asset takes about 30 kB, its evidence included.
 */
const cachedAssets = 20_000;

export function createAssessing(parts: AssessingParts): Assessing {
  const { store, packs, supplies, live, now } = parts;
  const inputs = new Map<string, AssessInput>();
  const records = new Map<string, AssessmentRecord>();
  const caches = new Map<string, { readonly cache: AssessmentCache; readonly assets: number }>();

  function inputAt(system: string, of: RecordedState & { instant: string; since: string | undefined }) {
    const { plant, statements, imports, pack, instant, since } = of;
    const known = { plant, statements, imports, pack, instant };
    return knownInput(store.db, system, { ...known, ...(since === undefined ? {} : { plantSince: new Date(since) }) });
  }

  /** None for a system that is larger than all that may be kept. */
  function cacheOf(system: string, { assets }: AssessInput['system']): AssessmentCache | undefined {
    const cache = caches.get(system)?.cache ?? createAssessmentCache();
    caches.delete(system);
    caches.set(system, { cache, assets: assets.length });
    let total = caches.values().reduce((sum, each) => sum + each.assets, 0);
    for (const [id, each] of caches) {
      if (total <= cachedAssets) break;
      caches.delete(id);
      total -= each.assets;
    }
    return caches.get(system)?.cache;
  }

  function packOf(supplied: Supplied, system: string): Pack {
    return packs.of(supplied.plant.systems.find((each) => each.id === system) ?? {});
  }

  function sinceOf(supplied: Supplied): string | undefined {
    return parts.plantSaidNow ? undefined : supplied.effectiveAt;
  }

  function recordFrom(stored: StoredAssessment): AssessmentRecord {
    const held = records.get(stored.hash);
    if (held !== undefined) return held;
    const { id, version } = stored.result.pack;
    const record: AssessmentRecord = {
      id: stored.id,
      hash: stored.hash,
      at: stored.now,
      pack: `${id} ${version}`,
      practices: z.array(practiceResultSchema).parse(stored.result.practices),
    };
    records.set(stored.hash, record);
    if (records.size > 4 * inputsKept) records.delete(records.keys().next().value ?? '');
    return record;
  }

  async function storedAsOf(system: string, instant: string | undefined): Promise<StoredAssessment | undefined> {
    return instant === undefined ? latestAssessment(store.db, system) : assessmentAsOf(store.db, system, instant);
  }

  async function inputOf(system: string, asOf: string | undefined) {
    const stored = await storedAsOf(system, asOf);
    const instant = stored?.now ?? now().toISOString();
    const current = supplies.current();
    const state = stored === undefined ? { ...current, pack: packOf(current, system) } : await supplies.asOf(stored);
    const held = stored === undefined ? undefined : inputs.get(stored.id);
    const since = stored?.plantSince ?? sinceOf(current);
    const input = held ?? (await inputAt(system, { ...state, instant, since }));
    return { input, pack: state.pack, ...(stored === undefined ? {} : { assessment: stored.id }) };
  }

  return {
    async assess(system, cause) {
      const at = (cause.at ?? now()).toISOString();
      const supplied = supplies.current();
      const pack = packOf(supplied, system);
      const since = sinceOf(supplied);
      const input = await inputAt(system, { ...supplied, pack, instant: at, since });
      const result = assess(pack, input, cacheOf(system, input.system));
      const head = await recordAssessment(store.db, store.keyring, {
        result,
        plant: supplied.contents.plant,
        statements: supplied.contents.statements,
        pack: contentOf(supplied, system),
        recordedAt: at,
        ...(since === undefined ? {} : { plantSince: since }),
        ...(cause.scan === undefined ? {} : { scan: cause.scan }),
      });
      inputs.set(head.id, input);
      if (inputs.size > inputsKept) inputs.delete(inputs.keys().next().value ?? '');
      live.tell({ kind: 'assessed', system, assessment: head.id });
      return head;
    },
    async changesOn(system) {
      const { changesOn } = (await latestAssessment(store.db, system))?.result ?? {};
      return changesOn === undefined ? undefined : Date.parse(changesOn);
    },
    async recordAsOf(system, instant) {
      const stored = await storedAsOf(system, instant);
      return stored === undefined ? undefined : recordFrom(stored);
    },
    async recordBefore(system, current) {
      const { items } = await assessmentHistory(store.db, { system, until: current.at }, { limit: 20 });
      const own = items.find((each) => each.hash === current.hash);
      const before = items.find(
        (each) => each.now < current.at && (each.scan === undefined || each.scan !== own?.scan),
      );
      const stored = before === undefined ? undefined : await assessmentById(store.db, before.id);
      return stored === undefined ? undefined : recordFrom(stored);
    },
    async trends(system, { days, until }) {
      const end = until === undefined ? now() : new Date(until);
      const from = new Date(end.getTime() - days * 86_400_000).toISOString();
      const rows = await levelHistory(store.db, { system, from, until: end.toISOString() });
      const trends = new Map<string, OverviewRow['trend']>();
      for (const row of rows) {
        const steps = trends.get(row.practice) ?? [];
        const level = levelSchema.nullable().parse(row.level);
        if (steps.length === 0 || steps.at(-1)?.level !== level)
          steps.push({ at: new Date(row.at).toISOString(), level });
        trends.set(row.practice, steps);
      }
      return trends;
    },
    async history(system, practice, until) {
      const rows = await levelHistory(store.db, { system, practice, ...(until === undefined ? {} : { until }) });
      const steps: PracticePage['history'] = [];
      for (const row of rows) {
        const level = levelSchema.nullable().parse(row.level);
        const ceiling = levelSchema.parse(row.ceiling);
        const last = steps.at(-1);
        if (last?.level === level && last.ceiling === ceiling && last.pack === row.pack) continue;
        steps.push({ at: new Date(row.at).toISOString(), level, ceiling, pack: row.pack });
      }
      return steps;
    },
    inputOf,
    async explain(system, indicator, asOf) {
      const { input, pack } = await inputOf(system, asOf);
      const trace = explain(pack, input, indicator);
      if (trace === undefined)
        throw new Refusal(404, 'No such indicator', `${indicator} does not apply to this system's role`);
      return trace;
    },
  };
}

function contentOf(supplied: Supplied, system: string): Digest {
  const content = supplied.contents.packs.get(system);
  if (content === undefined) throw new Error(`the rule pack of ${system} was not recorded`);
  return content;
}
