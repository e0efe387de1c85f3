/** Observations, plans and results for the store's tests: well-formed, with their true hashes. */
import type { Outcome } from '../../../collectors/contract/collector.ts';
import type { AssetObservation } from '../../../collectors/contract/observation.ts';
import type { Facts } from '../../../collectors/contract/vocabulary.ts';
import { documentHash, vocabularyHash } from '../../../collectors/evidence/canonical.ts';
import type { Assessment, PracticeResult } from '../../../rules/engine/result.ts';
import type { PlannedProbe, ScanPlan } from '../../../server/contract/scanner.ts';
import type { AssessmentHead } from '../../../server/store/assessments.ts';
import { recordAssessment } from '../../../server/store/assessments.ts';
import { recordInput } from '../../../server/store/inputs.ts';
import { recordObservation } from '../../../server/store/observations.ts';
import type { Store } from '../../../server/store/open.ts';
import { beginScan, finishScan } from '../../../server/store/scans.ts';

export interface Seen {
  readonly asset?: string;
  readonly probe?: string;
  readonly system?: string;
  readonly at: string;
  readonly outcome?: Outcome;
  readonly facts?: Facts;
  readonly unseen?: AssetObservation['unseen'];
  readonly volatile?: Facts;
  readonly texts?: readonly string[];
  readonly detail?: string;
  readonly collectorVersion?: string;
  readonly target?: string;
}

export function observationOf(seen: Seen): AssetObservation {
  const facts = seen.facts ?? { 'service.listening': true };
  const document = {
    v: 1,
    facts,
    unseen: seen.unseen ?? {},
    basis: Object.fromEntries(Object.keys(facts).map((name) => [name, 'authoritative' as const])),
    redacted: [],
  } as const;
  return {
    ...document,
    system: seen.system ?? 'line-3',
    asset: seen.asset ?? 'broker-1',
    probe: seen.probe ?? 'mqtt',
    collector: 'mqtt',
    collectorVersion: seen.collectorVersion ?? '1.0.0',
    vocabulary: vocabularyHash(),
    target: seen.target ?? 'mqtts://10.1.2.3:8883',
    tier: 'T2',
    outcome: seen.outcome ?? 'observed',
    ...(seen.detail === undefined ? {} : { detail: seen.detail }),
    observedAt: seen.at,
    volatile: seen.volatile ?? {},
    documentHash: documentHash(document),
    ledger: {
      connections: 1,
      requests: 1,
      bytesSent: 10,
      bytesReceived: 20,
      maxLatencyMs: 1.5,
      kinds: { 'mqtt.connect': 1 },
    },
    transcript: (seen.texts ?? ['CONNECT', 'CONNACK 0']).map((text, index) => ({ atMs: index * 1.25, text })),
  };
}

export function plannedProbe(asset: string, probe: string): PlannedProbe {
  return {
    ...{ asset, probe, collector: 'mqtt', url: 'mqtts://10.1.2.3:8883', address: '10.1.2.3', zone: 'cell-3' },
    ...{ tier: 'T2', allowed: true, requests: [{ kind: 'mqtt.connect', max: 2 }], consents: [], loopback: false },
  };
}

export function planOf(at: string, probes: readonly PlannedProbe[] = [plannedProbe('broker-1', 'mqtt')]): ScanPlan {
  return { system: 'line-3', plantHash: 'sha256:plant', at, probes };
}

/** A whole scan with these observations. Returns scan id and digests. */
export async function scanWith(
  store: Store,
  at: string,
  seen: readonly Omit<Seen, 'at'>[],
): Promise<{ scan: string; digests: string[] }> {
  const observations = seen.map((each) => observationOf({ ...each, at }));
  const plan = planOf(
    at,
    observations.map((each) => plannedProbe(each.asset, each.probe)),
  );
  const scan = await beginScan(store.db, { plan, askedBy: 'schedule', at });
  const digests: string[] = [];
  for (const observation of observations)
    digests.push(await recordObservation(store.db, observation, { scan, agent: 'local', recordedAt: at }));
  await finishScan(store.db, store.keyring, { scan, at, state: 'finished' });
  return { scan, digests };
}

export function practiceResult(practice: PracticeResult['practice'], level: PracticeResult['level']): PracticeResult {
  return {
    ...{
      practice,
      level,
      ceiling: 2,
      assessedTo: 3,
      technicalLevel: null,
      scope: 'general',
      fit: 'below',
      coverage: 0.5,
    },
    confidence: { grade: 'fair', value: 0.61 },
    blockers: [],
    indicators: [],
  };
}

export function resultAt(now: string, level: PracticeResult['level'] = 1): Assessment {
  return {
    system: 'line-3',
    now,
    pack: { id: 'smm', version: '1.0.0', hash: 'sha256:pack' },
    practices: [practiceResult('ACC', level), practiceResult('PAT', null)],
  };
}

/** Records plant, statements and pack, and an assessment on them. */
export async function assessmentAt(
  store: Store,
  now: string,
  level: PracticeResult['level'] = 1,
): Promise<AssessmentHead> {
  const [plant, statements, pack] = await Promise.all(
    (['plant', 'statements', 'pack'] as const).map((kind) =>
      recordInput(store.db, store.keyring, {
        kind,
        name: kind,
        body: `${kind}: 1\n`,
        effectiveAt: now,
        recordedAt: now,
      }),
    ),
  );
  if (!plant || !statements || !pack) throw new Error('an input was not stored');
  return recordAssessment(store.db, store.keyring, {
    result: resultAt(now, level),
    plant,
    statements,
    pack,
    recordedAt: now,
  });
}
