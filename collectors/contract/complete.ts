/**
 * From what a collector read to what an observation carries. Pure; the runner and the tests share it, so that
 * "every promised fact stands in facts, volatile or unseen" is decided in one place.
 */
import type { Basis, Manifest, Outcome, Reading, Setup, Tier, UnseenReason } from './collector.ts';
import { Ended, endedBy, withinTier } from './collector.ts';
import type { FactName, FactsDraft } from './vocabulary.ts';
import { isFactName, mayFill, problemWith, vocabulary } from './vocabulary.ts';

export interface Completed {
  readonly facts: FactsDraft;
  /** Facts that the vocabulary declares volatile: kept with the observation, outside the hashed document. */
  readonly volatile: FactsDraft;
  readonly unseen: Partial<Record<FactName, UnseenReason>>;
  /** One entry per fact seen, volatile ones included. */
  readonly basis: Partial<Record<FactName, Basis>>;
  readonly redacted: readonly string[];
}

export interface Run {
  readonly manifest: Manifest;
  readonly setup: Setup;
  readonly reading: Reading;
  readonly outcome: Outcome;
}

/**
 * Completes a reading: splits off volatile facts, fills in bases, and gives every promised fact that was not seen
 * its reason. Throws when the collector broke its own promise (unknown or unpromised fact, value of a wrong type):
 * that is our bug and must never reach evidence.
 */
export function complete({ manifest, setup, reading, outcome }: Run): Completed {
  const promised = manifest.facts(setup);
  const problems = brokenPromises({ manifest, setup, reading, promised });
  if (problems.length > 0) throw new Error(`${manifest.id}: ${problems.join('; ')}`);

  const completed = { facts: {} as FactsDraft, volatile: {} as FactsDraft, unseen: {}, basis: {} } as {
    facts: FactsDraft;
    volatile: FactsDraft;
    unseen: Partial<Record<FactName, UnseenReason>>;
    basis: Partial<Record<FactName, Basis>>;
  };
  for (const [name, tier] of entriesOf(promised)) {
    const value = reading.facts[name];
    if (value === undefined) {
      completed.unseen[name] = reading.unseen?.[name] ?? reasonFor(tier, { manifest, setup, outcome });
      continue;
    }
    Object.assign(vocabulary[name].volatile ? completed.volatile : completed.facts, { [name]: value });
    completed.basis[name] = reading.basis?.[name] ?? 'authoritative';
  }
  return { ...completed, redacted: [...new Set(reading.redacted ?? [])].sort() };
}

/** Whether a probe of this collector may fill the fact: a document probe reads configuration, as an import does. */
export function mayCollect(manifest: Pick<Manifest, 'id'>, scheme: string, name: FactName): boolean {
  return mayFill(manifest.id, name) || (scheme === 'file' && mayFill('import:config', name));
}

/**
 * How a run ended, from what `collect` threw (undefined: it resolved) and the signal it ran under. Whoever aborts
 * gives an `Ended` as the signal's reason (`timedOut` at the deadline, `aborted` at a safety stop).
 */
export function endOfRun(thrown: unknown, signal: AbortSignal): { outcome: Outcome; detail?: string } {
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    const end = reason instanceof Ended ? reason : new Ended('aborted', 'the run was stopped');
    return { outcome: end.outcome, detail: end.message };
  }
  if (thrown === undefined) return { outcome: 'observed' };
  const end = endedBy(thrown);
  if (end !== undefined) return { outcome: end.outcome, detail: end.message };
  return { outcome: 'failed', detail: thrown instanceof Error ? thrown.message : String(thrown) };
}

function reasonFor(tier: Tier, { manifest, setup, outcome }: Omit<Run, 'reading'>): UnseenReason {
  const consented = tier === 'T4' && manifest.tests.some((test) => setup.consents.has(test));
  if (!withinTier(tier, setup.tier) && !consented) return 'blocked';
  return outcome === 'observed' ? 'notTried' : outcome;
}

function brokenPromises(run: Omit<Run, 'outcome'> & { promised: Partial<Record<FactName, Tier>> }): string[] {
  const { manifest, setup, reading, promised } = run;
  const problems: string[] = [];
  for (const name of Object.keys(promised)) {
    if (!isFactName(name)) problems.push(`promises ${name}, which is no fact`);
    else if (!mayCollect(manifest, setup.scheme, name)) problems.push(`promises ${name}, which it may not fill`);
  }
  for (const [name, value] of Object.entries(reading.facts)) {
    if (value === undefined) continue;
    const problem = isFactName(name) ? problemWith(name, value) : 'is no fact';
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    else if (!Object.hasOwn(promised, name)) problems.push(`fills ${name} without promising it`);
  }
  for (const name of Object.keys(reading.unseen ?? {})) {
    if (!Object.hasOwn(promised, name)) problems.push(`gives a reason for ${name} without promising it`);
  }
  return problems;
}

function entriesOf(promised: Partial<Record<FactName, Tier>>): [FactName, Tier][] {
  return Object.entries(promised) as [FactName, Tier][];
}
