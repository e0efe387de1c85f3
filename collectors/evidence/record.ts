/** An observation as it is stored and signed: one small record that names its document and transcript by digest. */
import type { Outcome, Tier } from '../contract/collector.ts';
import type { AssetObservation, Ledger, SafetyEvent, TranscriptLine } from '../contract/observation.ts';
import type { Facts } from '../contract/vocabulary.ts';
import { canonicalJson, type Digest, digestOf, documentHash } from './canonical.ts';
import { storableText } from './text.ts';

/**
 * Every key is part of the observation's digest; absent keys are left out. `document` stands for the five hashed keys
 * of the facts document, `transcript` for the lines' texts. The lines' times differ from run to run and stay here, so
 * that a device that answers as before adds no second transcript.
 */
export interface ObservationRecord {
  readonly v: 1;
  readonly scan: string;
  readonly agent: string;
  readonly system: string;
  readonly asset: string;
  readonly probe: string;
  readonly collector: string;
  readonly collectorVersion: string;
  readonly vocabulary: string;
  readonly target: string;
  readonly tier: Tier;
  readonly outcome: Outcome;
  readonly detail?: string;
  /** RFC 3339 with milliseconds, UTC. */
  readonly observedAt: string;
  readonly recordedAt: string;
  readonly document: Digest;
  readonly volatile: Facts;
  readonly ledger: Ledger;
  readonly transcript: Digest;
  /** When each line of the transcript was written, in milliseconds from the start of the run. */
  readonly lineTimesMs: readonly number[];
  readonly consent?: string;
  readonly rule?: string;
  readonly event?: SafetyEvent;
}

/** Where and when an observation entered the store. */
export interface Entry {
  readonly scan: string;
  /** Agent whose run it was, and whose manifest will name it. */
  readonly agent: string;
  readonly recordedAt: string;
}

/**
 * The record of an observation. It is never recorded before it was made: an agent whose clock runs ahead does not
 * make the record lie about the order.
 * @throws {TypeError} when an instant is none, or when `documentHash` does not fit the facts.
 */
export function recordOf(observation: AssetObservation, entry: Entry): ObservationRecord {
  const document = documentHash(observation);
  if (document !== observation.documentHash)
    throw new TypeError(`documentHash: expected ${document}, found ${observation.documentHash}`);
  const observedAt = instantOf(observation.observedAt);
  const recordedAt = instantOf(entry.recordedAt);
  return {
    v: 1,
    scan: entry.scan,
    agent: entry.agent,
    system: observation.system,
    asset: observation.asset,
    probe: observation.probe,
    collector: observation.collector,
    collectorVersion: observation.collectorVersion,
    vocabulary: observation.vocabulary,
    target: observation.target,
    tier: observation.tier,
    outcome: observation.outcome,
    ...(observation.detail === undefined ? {} : { detail: storableText(observation.detail) }),
    observedAt,
    recordedAt: recordedAt < observedAt ? observedAt : recordedAt,
    document,
    volatile: observation.volatile,
    ledger: observation.ledger,
    transcript: transcriptHash(observation.transcript),
    lineTimesMs: observation.transcript.map((line) => line.atMs),
    ...(observation.consent === undefined ? {} : { consent: observation.consent }),
    ...(observation.rule === undefined ? {} : { rule: observation.rule }),
    ...(observation.event === undefined ? {} : { event: observation.event }),
  };
}

/** Digest of the record's canonical JSON: the observation's address. */
export function observationDigest(record: ObservationRecord): Digest {
  return digestOf(record);
}

/** The stored body of a transcript: its lines' texts as canonical JSON. */
export function transcriptBody(lines: readonly TranscriptLine[]): string {
  return canonicalJson(lines.map((line) => storableText(line.text)));
}

export function transcriptHash(lines: readonly TranscriptLine[]): Digest {
  return digestOf(lines.map((line) => storableText(line.text)));
}

/**
 * An instant as evidence spells it: UTC with milliseconds.
 * @throws {TypeError} when the text is no instant.
 */
export function instantOf(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new TypeError(`expected an RFC 3339 instant, found ${JSON.stringify(text)}`);
  return new Date(at).toISOString();
}
