/** Runs one planned probe and says what came of it. Always an observation, whatever the collector does. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Collector, Look } from '../collectors/contract/collector.ts';
import { Ended } from '../collectors/contract/collector.ts';
import { endOfRun } from '../collectors/contract/complete.ts';
import type { Credential } from '../collectors/contract/credential.ts';
import type { AssetObservation, TranscriptLine } from '../collectors/contract/observation.ts';
import type { Plant } from '../server/contract/plant.ts';
import type { SafetyMemory } from '../server/contract/scanner.ts';
import { baselineKind, checkAfterwards, connecting, readBaseline, type Yardstick } from './governor/baseline.ts';
import { bytesLeft, spendBytes } from './governor/day-budget.ts';
import { eventOf } from './governor/events.ts';
import { type Finding, findingOf, recordFinding } from './governor/findings.ts';
import type { Governor } from './governor/governor.ts';
import { recordEnding } from './governor/holds.ts';
import { otherMaker } from './governor/maker.ts';
import type { Run } from './governor/run.ts';
import { latchSignal, type SignalWatch, watchSignals } from './governor/signals.ts';
import { infrastructure, insideRun, nowhere } from './governor/sockets.ts';
import { checkLeaks } from './leak.ts';
import { emptyLedger, observationOf, type RunEnd } from './observation.ts';
import { partlyKnown } from './passive-first.ts';
import { forbiddenDuring, type Permit } from './permit.ts';
import { modelOf } from './plan.ts';

export interface RunnerOptions {
  readonly governor: Governor;
  readonly memory: SafetyMemory;
  /** Reads a credential at the moment of use; nothing keeps it longer than the run (SAF-32). */
  credential(plant: Plant, name: string): Credential | Promise<Credential>;
  /** The agent's own folder, for key pairs that protocols need. */
  readonly folder: string;
  now(): Date;
  /** Rest between the answers of a baseline; default ten seconds (SAF-13). */
  readonly restMs?: number;
}

export interface ProbeRun {
  readonly plant: Plant;
  readonly system: string;
  readonly permit: Permit;
  readonly signal: AbortSignal;
  line?(line: TranscriptLine): void;
}

const mostLines = 1000;
const longestLine = 2000;

/** Resolves always; rejects only when the safety memory fails us. */
export async function runProbe(given: ProbeRun, options: RunnerOptions): Promise<AssetObservation> {
  const { permit, system, plant } = given;
  const { planned } = permit;
  const observedAt = options.now();
  const still = { system, permit, observedAt, ledger: emptyLedger, transcript: [], credential: undefined };
  if (!planned.allowed) {
    const rule = planned.rule === undefined ? {} : { rule: planned.rule };
    return observationOf({ ...still, outcome: 'blocked', detail: planned.because ?? 'not allowed', ...rule });
  }
  if (permit.registered === undefined || permit.target === undefined)
    return observationOf({ ...still, outcome: 'failed', detail: 'planned without a collector or a target' });
  if (permit.target.scheme !== 'file' && planned.address === '')
    return observationOf({
      ...still,
      outcome: 'unreachable',
      detail: `the name ${permit.target.host} led to no address when the run was planned`,
    });
  const end = await contact(given, options);
  const seen = observationOf(end.run);
  const found =
    permit.key === '' ? undefined : findingOf(permit, seen, { rule: end.rule, fragile: plant.site.fragile });
  const observation = found === undefined ? seen : withFinding(seen, found, options.now());
  if (found !== undefined) await recordFinding(options.memory, { key: permit.key, ...found, at: options.now() });
  if (permit.key !== '' && !planned.loopback) {
    const { redundancyGroup } = permit.asset;
    await recordEnding(options.memory, {
      site: plant.site.id,
      zone: permit.zone.id,
      key: permit.key,
      asset: permit.asset.id,
      model: modelOf(permit.asset),
      ...(redundancyGroup === undefined ? {} : { redundancyGroup }),
      ...(permit.credential === undefined ? {} : { credential: permit.credential }),
      outcome: observation.outcome,
      ...(end.rule === undefined ? {} : { rule: end.rule }),
      ...(observation.detail === undefined ? {} : { detail: observation.detail }),
      at: options.now(),
    });
  }
  return observation;
}

/** What was found in the facts after a look that went well is an event too. */
function withFinding(seen: AssetObservation, found: Finding, at: Date): AssetObservation {
  const { rule, because } = found;
  return {
    ...seen,
    detail: seen.detail ?? `${rule}: ${because}`,
    event: seen.event ?? { rule, because, at: at.toISOString() },
  };
}

async function contact(given: ProbeRun, options: RunnerOptions): Promise<{ run: RunEnd; rule: string | undefined }> {
  const { permit, plant, system } = given;
  const began = performance.now();
  const transcript: TranscriptLine[] = [];
  let observedAt = options.now();
  let credential: Credential | undefined;
  let leaks = checkLeaks(undefined);
  let collected: { collector: Collector; raw: unknown } | undefined;
  let refused: unknown;

  function note(text: string) {
    if (transcript.length >= mostLines) return;
    const last = transcript.length === mostLines - 1;
    const line = {
      atMs: Math.round(performance.now() - began),
      text: last ? '... the rest was left out' : text.slice(0, longestLine),
    };
    transcript.push(line);
    infrastructure(() => given.line?.({ ...line, text: leaks.clean(line.text) }));
  }

  const place = { site: plant.site.id, zone: permit.zone };
  const metered = permit.planned.address !== '' && !permit.planned.loopback;
  const left = metered ? await bytesLeft(options.memory, place, options.now()) : undefined;
  const signals = watchSignals(permit.zone, options.now);
  const performing = options.governor.perform(allowanceFor(given, { signals, left }), {
    signal: given.signal,
    note,
    async body(run) {
      observedAt = options.now();
      const passive = permit.planned.passive === undefined ? undefined : partlyKnown(permit.planned.passive);
      if (passive !== undefined) note(`SAF-08: ${passive}`);
      const name = permit.credential;
      if (name !== undefined) credential = await infrastructure(async () => options.credential(plant, name));
      leaks = checkLeaks(credential);
      const collector = await loaded(permit);
      collected = { collector, raw: collector.begin() };
      const look = lookOf({ given, options, run, note, credential });
      const yardstick = yardstickOf(collector, { run, look, permit });
      const before = yardstick === undefined ? [] : await readBaseline(run, yardstick, options.restMs);
      await collector.collect(look, collected.raw).catch((error: unknown) => {
        refused = error;
      });
      if (refused !== undefined && !leftIntact(refused)) throw refused;
      if (yardstick !== undefined) await checkAfterwards(run, yardstick, before);
      if (refused !== undefined) throw refused;
    },
  });
  const { run, thrown, rule } = await performing.finally(() => signals.end());
  if (rule === 'SAF-49')
    await latchSignal(options.memory, place, {
      because: run.verdict?.end.message ?? 'left its band',
      now: options.now(),
    });
  if (metered) {
    const { bytesSent, bytesReceived } = run.ledger();
    await spendBytes(options.memory, place, { bytes: bytesSent + bytesReceived, now: options.now() });
  }
  const end = endOfRun(thrown, run.signal);
  const broken = rule ?? (thrown instanceof Ended ? thrown.rule : undefined);
  const event = eventOf({ run, permit, outcome: end.outcome, detail: end.detail, rule: broken, at: options.now() });
  return {
    run: {
      system,
      permit,
      observedAt,
      outcome: end.outcome,
      ...(end.detail === undefined ? {} : { detail: end.detail }),
      ...(broken === undefined ? {} : { rule: broken }),
      ...(event === undefined ? {} : { event }),
      ledger: run.ledger(),
      transcript,
      ...(collected === undefined
        ? {}
        : { collected: { ...collected, within: <T>(call: () => T) => insideRun(run, call) } }),
      credential,
    },
    rule: broken,
  };
}

async function loaded(permit: Permit): Promise<Collector> {
  if (permit.registered === undefined) throw new Ended('failed', `there is no collector ${permit.planned.collector}`);
  const { registered } = permit;
  // What a module sets up when it is loaded outlives this run and must not count as part of it.
  return nowhere(() => registered.load());
}

/** What the device's answer times are measured with, where the plan has them measured. */
function yardstickOf(
  collector: Collector,
  { run, look, permit }: { run: Run; look: Look; permit: Permit },
): Yardstick | undefined {
  const { baseline } = collector.manifest;
  if (!permit.planned.requests.some(({ kind }) => kind === (baseline ?? baselineKind))) return undefined;
  if (baseline === undefined) return connecting(run);
  return {
    kind: baseline,
    async read() {
      if (collector.timed === undefined) throw new Ended('failed', `${collector.manifest.id} cannot be timed`);
      await collector.timed(look);
    },
  };
}

/** A look that ended with an answer is followed by the check after it, as a whole one is; one that was cut is not. */
function leftIntact(error: unknown): boolean {
  return (
    error instanceof Ended &&
    error.rule === undefined &&
    (error.outcome === 'denied' || error.outcome === 'unsupported')
  );
}

interface Closing {
  readonly signals: SignalWatch;
  /** Bytes that its zone has left today. */
  readonly left: number | undefined;
}

function allowanceFor({ plant, permit }: ProbeRun, { signals, left }: Closing) {
  const { planned, target, registered } = permit;
  return {
    site: plant.site.id,
    zone: permit.zone.id,
    asset: planned.asset,
    probe: planned.probe,
    host: target?.host ?? '',
    address: planned.address,
    port: target?.port ?? 0,
    key: permit.key === '' ? `document/${planned.asset}/${planned.probe}` : permit.key,
    ...(permit.shared === undefined ? {} : { shared: permit.shared }),
    limits: permit.limits,
    ...(left === undefined ? {} : { bytesLeft: left }),
    controller: permit.controller,
    bounds: planned.requests,
    deadlineMs: registered?.manifest.deadlineMs ?? 0,
    forbidden: (now: Date) => forbiddenDuring(plant, permit, now) ?? signals.said(),
  };
}

interface LookParts {
  readonly given: ProbeRun;
  readonly options: RunnerOptions;
  readonly run: Run;
  note(text: string): void;
  readonly credential: Credential | undefined;
}

function lookOf({ given, options, run, note, credential }: LookParts): Look {
  const { plant, permit } = given;
  if (permit.target === undefined) throw new Ended('failed', 'planned without a target');
  const folder = join(options.folder, permit.planned.collector);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ...permit.setup,
    target: permit.target,
    ...(credential === undefined ? {} : { secret: credential }),
    trust: plant.trust,
    identity: {
      clientId: `plimsoll-${plant.site.id}-${randomBytes(2).toString('hex')}`,
      contact: plant.site.contact ?? '',
    },
    folder,
    signal: run.signal,
    now: options.now,
    request: (kind) => run.request(kind),
    sent: (bytes) => run.sent(bytes),
    received: (bytes) => run.received(bytes),
    note,
    alarmed(what) {
      const end = new Ended('aborted', `SAF-16: the device is not well: ${what}`, { rule: 'SAF-16' });
      run.askNoMore(end);
      throw end;
    },
    identified(maker) {
      const declared = permit.asset.vendor;
      if (declared === undefined || !otherMaker(declared, maker)) return;
      const end = new Ended(
        'aborted',
        `SAF-46: ${permit.asset.id} says that ${maker} made it; the plant file says ${declared}`,
        { rule: 'SAF-46' },
      );
      run.askNoMore(end);
      throw end;
    },
  };
}
