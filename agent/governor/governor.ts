/**
 * Stands between every collector and its socket: one run at a time per host, every socket attributed, every request
 * counted, and everything closed when it must be. `perform` is the only way in which a collector ever runs.
 */
import type { Outcome } from '../../collectors/contract/collector.ts';
import { Ended } from '../../collectors/contract/collector.ts';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import { baselineSchema } from './latency.ts';
import { acquireLease } from './lease.ts';
import { ownMemory, recall, remember } from './memory.ts';
import { createPace } from './pace.ts';
import { type Allowance, Run } from './run.ts';
import { guardSockets, insideRun } from './sockets.ts';
import { liftStop, pullStop, readStop, type Stop, stopSentence } from './stop.ts';

/** Something that no plan allows and only a bug of ours can do; the socket concerned never sent a packet. */
export interface Fault {
  readonly message: string;
  readonly asset?: string;
  readonly probe?: string;
  readonly stack?: string;
}

export interface GovernorOptions {
  readonly memory: SafetyMemory;
  now(): Date;
  fault(fault: Fault): void;
}

export interface Task {
  readonly signal: AbortSignal;
  note(text: string): void;
  body(run: Run): Promise<void>;
}

export interface Performed {
  readonly run: Run;
  /** What the body threw, if it did. */
  readonly thrown: unknown;
  /** Safety rule that kept it from starting or ended it. */
  readonly rule: string | undefined;
}

export interface Governor {
  /** Runs `body` under the allowance; resolves also when it was refused, cut or threw: see `run.verdict`. */
  perform(allowance: Allowance, task: Task): Promise<Performed>;
  live(): readonly Run[];
  stopAll(by: string, reason: string): Promise<void>;
  resume(by: string): Promise<void>;
  stopped(): Promise<Stop | undefined>;
  /** Ends what runs and takes the guard off; for tests and the end of the process. */
  close(): Promise<void>;
}

const tickMs = 25;
/** How often the kill switch is read, which other processes may have pulled: well under 5 s. */
const stopEveryMs = 1000;
/** A collector that ignores the abort signal is given up after this; its sockets are gone by then. */
const giveUpMs = 1500;
/** Another agent may hold a host as long as its longest run; after that something is wrong. */
const leaseWaitMs = 300_000;

export function createGovernor(options: GovernorOptions): Governor {
  const { now, fault } = options;
  const memory = ownMemory(options.memory);
  const runs = new Set<Run>();
  const ended = new Set<() => void>();
  const pace = createPace(memory);
  const unguard = guardSockets((message, stack) => fault({ message, ...(stack === undefined ? {} : { stack }) }));
  let lagMs = 0;
  let lastTick = performance.now();
  let lastStop = 0;
  let timer: NodeJS.Timeout | undefined;

  function tick() {
    const at = performance.now();
    lagMs += Math.max(0, at - lastTick - tickMs);
    lastTick = at;
    for (const run of runs) run.check();
    if (at - lastStop < stopEveryMs) return;
    lastStop = at;
    void obeyStop();
  }

  async function obeyStop() {
    try {
      const stop = await readStop(memory);
      if (stop !== undefined) for (const run of runs) run.stop(stoppedBy(stop), 'SAF-12');
    } catch {
      // Whoever cannot read the kill switch must assume that it was pulled.
      for (const run of runs)
        run.stop(new Ended('aborted', 'SAF-52: the shared safety memory does not answer'), 'SAF-52');
    }
  }

  function enter(run: Run) {
    runs.add(run);
    if (timer !== undefined) return;
    lastTick = performance.now();
    timer = setInterval(tick, tickMs);
  }

  function leave(run: Run) {
    runs.delete(run);
    if (runs.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    for (const tell of ended) tell();
    ended.clear();
  }

  async function perform(allowance: Allowance, task: Task): Promise<Performed> {
    const documents = allowance.address === '';
    const baselineEntry = { key: `latency/${allowance.key}`, schema: baselineSchema };
    const baselines = documents ? {} : ((await recall(memory, baselineEntry.key, baselineSchema)) ?? {});
    const run = new Run(allowance, {
      pace,
      baselines,
      lagMs: () => lagMs,
      now,
      note: task.note,
      fault: (message, stack) =>
        fault({
          message,
          asset: allowance.asset,
          probe: allowance.probe,
          ...(stack === undefined ? {} : { stack }),
        }),
    });
    const cancelled = () => run.stop(endOf(task.signal));
    task.signal.addEventListener('abort', cancelled, { once: true });
    if (task.signal.aborted) cancelled();
    enter(run);
    const leases: { release(): Promise<void> }[] = [];
    let thrown: unknown;
    try {
      const stop = await readStop(memory);
      if (stop !== undefined) run.stop(new Ended('blocked', `SAF-12: ${stopSentence(stop)}`), 'SAF-12');
      run.signal.throwIfAborted();
      // The bus before the host, everywhere: two runs never wait for each other.
      const held = documents ? [] : [...(allowance.shared === undefined ? [] : [allowance.shared]), allowance.key];
      for (const key of held) leases.push(await waitForHost(key, run));
      run.begin();
      await untilGivenUp(
        run,
        insideRun(run, () => task.body(run)),
      );
    } catch (error) {
      thrown = error;
    } finally {
      run.finish();
      task.signal.removeEventListener('abort', cancelled);
      leave(run);
      for (const lease of leases.reverse()) await lease.release();
    }
    if (!documents && run.ledger().requests > 0) await remember(memory, baselineEntry, () => run.baselines());
    return { run, thrown, rule: run.verdict?.rule };
  }

  async function waitForHost(key: string, run: Run) {
    const late = AbortSignal.timeout(leaseWaitMs);
    const tooLong = () =>
      run.stop(new Ended('blocked', 'SAF-05: another run held this host for five minutes'), 'SAF-05');
    late.addEventListener('abort', tooLong, { once: true });
    try {
      return await acquireLease(key, {
        memory,
        signal: run.signal,
        lost: (why) => run.stop(new Ended('aborted', `SAF-52: ${why}`), 'SAF-52'),
      });
    } finally {
      late.removeEventListener('abort', tooLong);
    }
  }

  return {
    perform,
    live: () => [...runs],
    async stopAll(by, reason) {
      const stop = { since: now().toISOString(), by, reason };
      // Sockets first: the switch must work although the shared memory does not.
      for (const run of runs) run.stop(stoppedBy(stop), 'SAF-12');
      await pullStop(memory, stop);
      await allEnded();
    },
    resume: () => liftStop(memory),
    stopped: () => readStop(memory),
    async close() {
      for (const run of runs) run.stop(new Ended('aborted', 'the agent is closing'));
      await allEnded();
      unguard();
    },
  };

  function allEnded(): Promise<void> {
    return runs.size === 0 ? Promise.resolve() : new Promise((resolve) => ended.add(resolve));
  }
}

function stoppedBy(stop: Stop): Ended {
  return new Ended('aborted', `SAF-12: ${stopSentence(stop)}`);
}

/** Whoever aborts may say how the run ended; otherwise it was stopped. */
function endOf(signal: AbortSignal): Ended {
  const reason: unknown = signal.reason;
  return reason instanceof Ended ? reason : new Ended('aborted' satisfies Outcome, 'the scan was stopped');
}

async function untilGivenUp(run: Run, body: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const given = new Promise<void>((resolve) => {
    run.signal.addEventListener('abort', () => (timer = setTimeout(resolve, giveUpMs)), { once: true });
    if (run.signal.aborted) timer = setTimeout(resolve, giveUpMs);
  });
  try {
    await Promise.race([body, given]);
  } finally {
    clearTimeout(timer);
    // A body that was given up may still reject: its run is over, nobody waits for it.
    body.catch(() => {});
  }
}
