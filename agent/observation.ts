/** From the end of a run to the observation that is stored: outcome, facts, reasons, ledger, transcript, digest. */

import type { Collector, Manifest, Outcome, Reading } from '../collectors/contract/collector.ts';
import { complete } from '../collectors/contract/complete.ts';
import type { Credential } from '../collectors/contract/credential.ts';
import type {
  AssetObservation,
  FactsDocument,
  Ledger,
  SafetyEvent,
  TranscriptLine,
} from '../collectors/contract/observation.ts';
import type { FactName, FactsDraft } from '../collectors/contract/vocabulary.ts';
import { documentHash, vocabularyHash } from '../collectors/evidence/canonical.ts';
import { escapeDeep, escapeDeviceText } from '../collectors/evidence/text.ts';
import { checkLeaks } from './leak.ts';
import type { Permit } from './permit.ts';
import { secretIn, secretWithin } from './secret-shapes.ts';

export interface RunEnd {
  readonly system: string;
  readonly permit: Permit;
  readonly observedAt: Date;
  readonly outcome: Outcome;
  readonly detail?: string;
  readonly rule?: string;
  readonly event?: SafetyEvent;
  readonly ledger: Ledger;
  readonly transcript: readonly TranscriptLine[];
  /** Absent when the collector was never loaded. */
  readonly collected?: {
    readonly collector: Collector;
    readonly raw: unknown;
    /** Calls what the collector wrote, as part of its run. */
    within<T>(body: () => T): T;
  };
  readonly credential: Credential | undefined;
}

export const emptyLedger: Ledger = { connections: 0, requests: 0, bytesSent: 0, bytesReceived: 0, maxLatencyMs: 0 };

const noReading: Reading = { facts: {} };
const longestDetail = 300;

export function observationOf(end: RunEnd): AssetObservation {
  const { permit, system, ledger } = end;
  const { planned } = permit;
  const leaks = checkLeaks(end.credential);
  const read = readingOf(end);
  const { manifest } = permit.registered ?? { manifest: undefined };
  const completed = completedBy(manifest, permit, read);
  const { kept, removed, shaped } = withoutSecrets(completed, leaks);
  const transcript = end.transcript.map(({ atMs, text }) => ({
    atMs,
    text: escapeDeviceText(told(leaks.clean(text))),
  }));
  for (const [name, kind] of shaped)
    transcript.push({ atMs: transcript.at(-1)?.atMs ?? 0, text: `left out ${name}: it shows a ${kind}` });
  const leaked = removed.length > 0 || end.transcript.some(({ text }) => leaks.clean(text) !== text);
  const outcome = leaked ? 'failed' : completed.outcome;
  const detail = leaked ? leakSentence(removed) : completed.detail;

  const document: FactsDocument = {
    v: 1,
    facts: kept.facts,
    unseen: kept.unseen,
    basis: kept.basis,
    redacted: [...new Set([...completed.redacted, ...removed, ...shaped.keys()])].sort(),
  };
  const consent = planned.consents.map(({ id }) => id).join(', ');
  return {
    ...document,
    system,
    asset: planned.asset,
    collector: planned.collector,
    collectorVersion: manifest?.version ?? '0.0.0',
    vocabulary: vocabularyHash(),
    probe: planned.probe,
    target: planned.url,
    tier: planned.tier,
    outcome,
    ...(detail === undefined ? {} : { detail: oneLine(leaks.clean(detail)) }),
    observedAt: end.observedAt.toISOString(),
    volatile: kept.volatile,
    documentHash: documentHash(document),
    ledger,
    transcript,
    ...(consent === '' ? {} : { consent }),
    ...(outcome === 'blocked' && end.rule !== undefined ? { rule: end.rule } : {}),
    ...(end.event === undefined
      ? {}
      : { event: { ...end.event, because: oneLine(told(leaks.clean(end.event.because))) } }),
  };
}

interface Read {
  readonly reading: Reading;
  readonly outcome: Outcome;
  readonly detail: string | undefined;
}

function readingOf(end: RunEnd): Read {
  const plain = { outcome: end.outcome, detail: end.detail };
  if (end.collected === undefined) return { reading: noReading, ...plain };
  try {
    const { collector, raw, within } = end.collected;
    const reading = within(() => collector.read(raw, end.permit.setup));
    return { reading: { ...reading, facts: escapeDeep(reading.facts) }, ...plain };
  } catch (error) {
    return { reading: noReading, outcome: 'failed', detail: `could not be read: ${messageOf(error)}` };
  }
}

function completedBy(manifest: Manifest | undefined, permit: Permit, read: Read) {
  const empty = { facts: {}, volatile: {}, unseen: {}, basis: {}, redacted: [] };
  const { outcome, detail } = read;
  if (manifest === undefined) return { ...empty, outcome, detail };
  const { setup } = permit;
  try {
    return { ...complete({ manifest, setup, reading: read.reading, outcome }), outcome, detail };
  } catch (error) {
    // A broken promise must not reach evidence: nothing of the reading is kept.
    const reason = messageOf(error);
    return {
      ...complete({ manifest, setup, reading: noReading, outcome: 'failed' }),
      outcome: 'failed' as const,
      detail: reason,
    };
  }
}

function withoutSecrets(completed: ReturnType<typeof completedBy>, leaks: ReturnType<typeof checkLeaks>) {
  const kept = {
    facts: { ...completed.facts } as FactsDraft,
    volatile: { ...completed.volatile } as FactsDraft,
    unseen: { ...completed.unseen } as Record<string, string>,
    basis: { ...completed.basis } as Record<string, string>,
  };
  const removed: FactName[] = [];
  const shaped = new Map<FactName, string>();
  for (const held of [kept.facts, kept.volatile]) {
    for (const name of Object.keys(held) as FactName[]) {
      const own = leaks.shows(held[name]);
      const kind = own ? undefined : secretWithin(held[name]);
      if (!own && kind === undefined) continue;
      delete held[name];
      delete kept.basis[name];
      kept.unseen[name] = 'redacted';
      if (kind === undefined) removed.push(name);
      else shaped.set(name, kind);
    }
  }
  return {
    kept: kept as Pick<FactsDocument, 'facts' | 'unseen' | 'basis'> & { volatile: FactsDraft },
    removed,
    shaped,
  };
}

/** A line without what it may have quoted of a device. */
function told(text: string): string {
  const kind = secretIn(text);
  return kind === undefined ? text : `[a line that shows a ${kind}]`;
}

function leakSentence(removed: readonly FactName[]): string {
  const where = removed.length > 0 ? removed.join(', ') : 'the transcript';
  return `a secret of the credential stood in ${where}; it was removed`;
}

function oneLine(text: string): string {
  const line = escapeDeviceText(text.replace(/\s+/g, ' ').trim());
  return line.length > longestDetail ? `${line.slice(0, longestDetail - 3)}...` : line;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
