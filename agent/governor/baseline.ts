/**
 * How long a controller takes to answer, before we ask it anything (SAF-13) and once more afterwards (SAF-17): to a
 * connect, which sends no byte of any protocol, or, over datagrams, to the least question of its protocol. Each one
 * counts in the budget like a request.
 */
import { connect } from 'node:net';
import { Ended } from '../../collectors/contract/collector.ts';
import { median, needed, tooSlow } from './latency.ts';
import type { Run } from './run.ts';

export const baselineKind = 'baseline.connect';
/** Three before the first look at a device, one after each look. */
export const mostReads = needed + 1;
const restMs = 10_000;

/** What a device's answer times are measured with. */
export interface Yardstick {
  readonly kind: string;
  /** Asks leave for one request of the kind and resolves when it was answered. */
  read(): Promise<void>;
}

/**
 * Answer times known before the look: from earlier looks, or from three reads ten seconds apart.
 * @throws `Ended` when the device does not take them: without a baseline there is no look.
 */
export async function readBaseline(run: Run, yardstick: Yardstick, rest = restMs): Promise<readonly number[]> {
  const known = run.baselines()[yardstick.kind] ?? [];
  if (known.length >= needed) return known;
  const times: number[] = [...known];
  while (times.length < needed) {
    if (times.length > known.length) await run.rest(rest);
    await yardstick.read();
    times.push(run.lastMs);
  }
  return times;
}

/** @throws `Ended` when answering takes longer than before the look by what counts as slow. */
export async function checkAfterwards(run: Run, yardstick: Yardstick, before: readonly number[]): Promise<void> {
  try {
    await yardstick.read();
  } catch (error) {
    // What answered before the look and does not afterwards is the worst that a look can find.
    if (!(error instanceof Ended) || run.signal.aborted) throw error;
    run.timed({ beforeMs: before, afterMs: [] });
    const because = `after the look there was no answer any more (${error.message})`;
    throw new Ended('aborted', `SAF-17: ${because}`, { rule: 'SAF-17', cause: error });
  }
  const [ms, usual] = [run.lastMs, median(before)];
  if (!tooSlow(ms, usual)) return;
  run.timed({ beforeMs: before, afterMs: [ms] });
  throw new Ended(
    'aborted',
    `SAF-17: after the look an answer took ${Math.round(ms)} ms, before it ${Math.round(usual)} ms`,
    { rule: 'SAF-17' },
  );
}

/** Connecting and hanging up. */
export function connecting(run: Run): Yardstick {
  return { kind: baselineKind, read: () => connectOnce(run) };
}

async function connectOnce(run: Run): Promise<void> {
  const answered = await run.request(baselineKind);
  const { address, port } = run.allowance;
  const socket = connect({ host: address, port });
  try {
    await new Promise<void>((resolve, reject) => {
      const stopped = () => reject(run.signal.reason);
      run.signal.addEventListener('abort', stopped, { once: true });
      socket.once('connect', resolve);
      socket.once('error', reject);
      if (run.signal.aborted) stopped();
    });
    answered();
  } finally {
    socket.destroy();
  }
}
