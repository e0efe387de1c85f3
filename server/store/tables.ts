/**
 * The tables, in types both engines have: text, integers (instants are milliseconds UTC, booleans 0 or 1), reals.
 * JSON stands as text in columns named so by their type here; what is filtered or sorted has a column of its own.
 */
import type { Kysely } from 'kysely';
import type { Outcome } from '../../collectors/contract/collector.ts';
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { Digest } from '../../collectors/evidence/canonical.ts';
import type { Kind } from '../../collectors/evidence/manifest.ts';

/** The database or a transaction in it. Inside a transaction pass the transaction: the database would wait for it. */
export type Database = Kysely<Tables>;

export interface Tables {
  documents: Content;
  transcripts: Content;
  results: Content;
  contents: Content & { encoding: 'text' | 'base64' };
  observations: ObservationRow;
  ledger: LedgerRow;
  asset_versions: AssetVersionRow;
  practice_levels: PracticeLevelRow;
  scans: ScanRow;
  plans: Content;
  running_probes: { scan: string; asset: string; probe: string };
  chains: { name: string; seq: number; hash: Digest | null };
  channels: ChannelRow;
  current_readings: Channel & { digest: Digest };
  spans: SpanRow;
  turns: TurnRow;
  settings: { key: string; value: string };
  safety: { key: string; value: string };
}

/** Refused by triggers: UPDATE, DELETE, TRUNCATE, INSERT OR REPLACE. */
export const appendOnlyTables = [
  'documents',
  'transcripts',
  'results',
  'contents',
  'observations',
  'ledger',
  'asset_versions',
  'practice_levels',
] as const satisfies readonly (keyof Tables)[];

/** Bytes under their digest. */
interface Content {
  hash: Digest;
  body: string;
}

/** What is looked at again and again: one probe of one asset. */
export interface Channel {
  system: string;
  asset: string;
  probe: string;
}

/** Columns and `rest` together are an `ObservationRecord`: no field is stored twice. */
export interface ObservationRow extends Channel {
  digest: Digest;
  scan: string;
  agent: string;
  outcome: Outcome;
  observed_at: number;
  recorded_at: number;
  document: Digest;
  transcript: Digest;
  /** JSON: the record's other keys. */
  rest: string;
}

/** A signed statement. All columns but the signatures follow from the payload; `verify` compares them. */
export interface LedgerRow {
  hash: Digest;
  chain: string;
  seq: number;
  kind: Kind;
  system: string;
  /** Practice, input, scan, key owner or action that it is about. */
  subject: string;
  at: number;
  recorded_at: number;
  /** JSON: in-toto statement. */
  payload: string;
  /** JSON: `[{keyid, sig}]`. */
  signatures: string;
}

/** How an asset stood in the plant file from an instant on. */
export interface AssetVersionRow {
  system: string;
  asset: string;
  since: number;
  present: number;
  /** JSON. */
  view: string;
}

/** One practice of one assessment, for histories that need no result bodies. */
export interface PracticeLevelRow {
  assessment: Digest;
  system: string;
  practice: string;
  at: number;
  level: number | null;
  ceiling: number;
  assessed_to: number;
  technical: number | null;
  fit: string;
  pack: string;
}

export type ScanState = 'waiting' | 'running' | 'finished' | 'stopped' | 'interrupted' | 'skipped';

export interface ScanRow {
  id: string;
  system: string;
  state: ScanState;
  asked_by: string;
  plant: string;
  /** Digest of the planned probes: a plan that stays the same is stored once. */
  plan: Digest;
  probes: number;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  reason: string | null;
}

/** Newest look through a channel, whatever its outcome. */
export interface ChannelRow extends Channel {
  digest: Digest;
  outcome: Outcome;
  observed_at: number;
  recorded_at: number;
}

/** Since when, until when and where last a channel showed a document. */
export interface SpanRow extends Channel {
  document: Digest;
  first_recorded_at: number;
  last_recorded_at: number;
  observed_at: number;
  digest: Digest;
}

/**
 * A look that saw another value of a fact than the look before it, or the first sight of a version. What was recorded
 * late may come between two looks: the row that it replaces stays, so that an earlier instant is read as it was.
 */
export interface TurnRow extends Channel {
  fact: FactName;
  after_at: number;
  after_digest: Digest;
  /** null and '' at a first sight. */
  before_at: number | null;
  before_digest: Digest | '';
  recorded_at: number;
  replaced_at: number | null;
}
