/** Observations between their row and their record. */
import { z } from 'zod';
import type { AssetObservation, FactsDocument, TranscriptLine } from '../../collectors/contract/observation.ts';
import { ledgerSchema, safetyEventSchema, tierSchema } from '../../collectors/contract/observation.ts';
import type { Facts } from '../../collectors/contract/vocabulary.ts';
import { canonicalJson, type Digest } from '../../collectors/evidence/canonical.ts';
import { type ObservationRecord, observationDigest } from '../../collectors/evidence/record.ts';
import type { ObservationRow } from './tables.ts';

/** An observation as stored, without its transcript. */
export interface StoredObservation extends Omit<AssetObservation, 'transcript'> {
  readonly digest: Digest;
  readonly scan: string;
  readonly agent: string;
  readonly recordedAt: string;
}

export interface WholeObservation extends StoredObservation {
  readonly transcript: readonly TranscriptLine[];
}

/** A row with its document's body beside it. */
export interface StoredRow extends ObservationRow {
  document_body: string;
}

const restSchema = z.strictObject({
  collector: z.string(),
  collectorVersion: z.string(),
  vocabulary: z.string(),
  target: z.string(),
  tier: tierSchema,
  detail: z.string().exactOptional(),
  volatile: z.custom<Facts>((value) => typeof value === 'object' && value !== null),
  ledger: z.custom<ObservationRecord['ledger']>((value) => ledgerSchema.safeParse(value).success),
  lineTimesMs: z.array(z.number()),
  consent: z.string().exactOptional(),
  rule: z.string().exactOptional(),
  event: safetyEventSchema.exactOptional(),
});

export function rowOfRecord(record: ObservationRecord): ObservationRow {
  const {
    v: _,
    scan,
    agent,
    system,
    asset,
    probe,
    outcome,
    observedAt,
    recordedAt,
    document,
    transcript,
    ...rest
  } = record;
  return {
    digest: observationDigest(record),
    ...{ scan, agent, system, asset, probe, outcome },
    observed_at: Date.parse(observedAt),
    recorded_at: Date.parse(recordedAt),
    ...{ document, transcript },
    rest: canonicalJson(rest),
  };
}

/**
 * The record that a row holds; its digest is the row's unless somebody changed the row.
 * @throws when `rest` is no longer what was written.
 */
export function recordOfRow(row: ObservationRow): ObservationRecord {
  return {
    ...restSchema.parse(JSON.parse(row.rest)),
    v: 1,
    scan: row.scan,
    agent: row.agent,
    system: row.system,
    asset: row.asset,
    probe: row.probe,
    outcome: row.outcome,
    observedAt: new Date(row.observed_at).toISOString(),
    recordedAt: new Date(row.recorded_at).toISOString(),
    document: row.document,
    transcript: row.transcript,
  };
}

export function storedOf(row: StoredRow): StoredObservation {
  const { document, transcript: _, lineTimesMs: __, v: ___, ...record } = recordOfRow(row);
  // Hashed on the way in and recomputed by `verify`: not checked again at every reading.
  const facts = JSON.parse(row.document_body) as FactsDocument;
  return { ...facts, ...record, documentHash: document, digest: row.digest };
}
