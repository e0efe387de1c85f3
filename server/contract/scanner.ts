/**
 * What the server asks of an agent, and what an agent asks of shared state. The agent implements `Scanner`; the
 * command line puts the two together, so that neither imports the other.
 */
import type { RequestBound, Tier } from '../../collectors/contract/collector.ts';
import type { AssetObservation, Ledger, TranscriptLine } from '../../collectors/contract/observation.ts';
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { Plant } from './plant.ts';

export interface PlannedProbe {
  readonly asset: string;
  readonly probe: string;
  readonly collector: string;
  readonly url: string;
  /** Address that was pinned when the plan was made; empty for documents. */
  readonly address: string;
  readonly zone: string;
  readonly tier: Tier;
  /** Highest tier that may be used beside the consented tests; `tier` is how far the look will go. */
  readonly reach?: Tier;
  readonly allowed: boolean;
  /** Safety rule that forbids it, and the sentence that says so. Only when not allowed. */
  readonly rule?: string;
  readonly because?: string;
  /** Line of the plant file that would allow it, where there is one. */
  readonly remedy?: string;
  readonly requests: readonly RequestBound[];
  /** Consents in force: id and the tests they cover. */
  readonly consents: readonly { readonly id: string; readonly tests: readonly string[] }[];
  /** Loopback targets are exempt from windows, canary and first-run rules. */
  readonly loopback: boolean;
  /** What is known without this look of the facts that it is for; absent when none of them is (SAF-08). */
  readonly passive?: PassiveKnowledge;
}

export interface PassiveKnowledge {
  readonly known: readonly PassiveSource[];
  /** Facts that rows read and that only this look can tell; empty when it is not needed. */
  readonly open: readonly FactName[];
}

/** Facts that one document, listener or imported table told (T0, T1). */
export interface PassiveSource {
  /** Collector, or `import:cmdb`. */
  readonly source: string;
  readonly observedAt: string;
  /** From then on a row that reads one of these facts calls it stale. */
  readonly until: string;
  readonly facts: readonly FactName[];
}

/** What is held about the assets of a system, for passive-first planning (SAF-08). */
export interface HeldEvidence {
  /** Per fact the newest reading from T0 or T1 that no row calls stale now; none of T2 and above, none that is disputed. */
  known(asset: string): ReadonlyMap<FactName, Omit<PassiveSource, 'facts'>>;
  /** Whether a row that counts this asset reads the fact, or something derived from it that nobody knows otherwise. */
  wants(asset: string, fact: FactName): boolean;
}

export interface ClockReading {
  /** `unknown`: nothing on this machine says. */
  readonly state: 'synchronised' | 'unsynchronised' | 'unknown';
  /** What it said. */
  readonly at: string;
}

export interface ScanPlan {
  readonly system: string;
  readonly plantHash: string;
  readonly at: string;
  /** Who signed the target list; absent: nobody asked for a signature. */
  readonly signedBy?: { readonly name: string; readonly key: string };
  /** State of the agent's clock, and who vouches for it (SAF-10). */
  readonly clock?: { readonly state: ClockReading['state']; readonly vouchedBy?: string };
  readonly probes: readonly PlannedProbe[];
}

export interface ScanHooks {
  started(probe: PlannedProbe): void;
  line(probe: PlannedProbe, line: TranscriptLine): void;
  /** Called once per probe with what is to be stored; the next step waits for it. A refusal is an observation too. */
  observed(probe: PlannedProbe, observation: AssetObservation): Promise<void>;
}

/**
 * How far the looks at a zone have come: not touched, planned, its plan printed and nothing sent, one device per model,
 * all. `loopback` and `documents` know no steps.
 */
export const steps = ['documents', 'loopback', 'untouched', 'planned', 'printed', 'canary', 'widened'] as const;

export interface ZoneStep {
  readonly zone: string;
  readonly name: string;
  readonly step: (typeof steps)[number];
  /** What the next step waits for. */
  readonly waitsFor?: string;
  /** Instant at which it waits no longer, whether or not that has come. */
  readonly waitsUntil?: string;
  readonly printedAt?: string;
  /** The one device of each model that was looked at first. */
  readonly canaries: readonly { readonly model: string; readonly asset: string; readonly at: string }[];
  /** Who said that the first devices are well; absent when a day passed instead. */
  readonly widened?: { readonly by: string; readonly at: string };
  /** Rule that closes the whole zone at this instant. */
  readonly held?: { readonly rule: string; readonly because: string };
  /** Probes that connect. */
  readonly probes: number;
}

export interface Scanner {
  /** Steps of the zones of a system. */
  steps(plant: Plant, system: string, now: Date): Promise<readonly ZoneStep[]>;
  /** A person has seen that the first devices of a zone are well: all may be looked at (SAF-27). */
  widen(plant: Plant, zone: string, by: string): Promise<void>;
  plan(plant: Plant, system: string, now: Date): Promise<ScanPlan>;
  /** Runs what the plan allows; rejects only on our own faults. An aborted signal closes every socket within 5 s. */
  run(plant: Plant, plan: ScanPlan, hooks: ScanHooks, signal: AbortSignal): Promise<void>;
  /** Kill switch: closes every socket of every run within 5 s and lets nothing start until `resume`. */
  stopAll(by: string, reason: string): Promise<void>;
  resume(by: string): Promise<void>;
  stopped(): Promise<{ readonly since: string; readonly by: string; readonly reason: string } | undefined>;
  /** Totals of running probes, for live display. */
  live(): readonly { readonly asset: string; readonly probe: string; readonly ledger: Ledger }[];
}

/**
 * Shared, durable state of the safety rules: leases, budgets, breakers, suspensions. It outlives a restart, so that
 * restarting cannot multiply a budget.
 */
export interface SafetyMemory {
  read(key: string): Promise<string | undefined>;
  /** Writes when the present value is `expected` (undefined: none); false when somebody else was faster. */
  swap(key: string, expected: string | undefined, next: string | undefined): Promise<boolean>;
  keys(prefix: string): Promise<readonly string[]>;
}
