/**
 * How long a controller takes to accept a connection, before we ask it anything (SAF-13) and once more afterwards
 * (SAF-17). A connect sends no byte of any protocol; each one counts in the budget like a request.
 */
import { connect } from 'node:net';
import { Ended } from '../../collectors/contract/collector.ts';
import { median, needed, tooSlow } from './latency.ts';
import type { Run } from './run.ts';

export const baselineKind = 'baseline.connect';
/** Three before the first look at a device, one after each look. */
export const mostConnects = needed + 1;
const restMs = 10_000;

/**
 * Answer times known before the look: from earlier looks, or from three connects ten seconds apart.
 * @throws `Ended` when the device does not take them: without a baseline there is no look.
 */
export async function readBaseline(run: Run, rest = restMs): Promise<readonly number[]> {
  const known = run.baselines()[baselineKind] ?? [];
  if (known.length >= needed) return known;
  const times: number[] = [...known];
  while (times.length < needed) {
    if (times.length > known.length) await run.rest(rest);
    times.push(await timedConnect(run));
  }
  return times;
}

/** @throws `Ended` when accepting takes longer than before the look by what counts as slow. */
export async function checkAfterwards(run: Run, before: readonly number[]): Promise<void> {
  const ms = await timedConnect(run);
  const usual = median(before);
  if (!tooSlow(ms, usual)) return;
  throw new Ended(
    'aborted',
    `SAF-17: after the look a connection took ${Math.round(ms)} ms, before it ${Math.round(usual)} ms`,
    { rule: 'SAF-17' },
  );
}

async function timedConnect(run: Run): Promise<number> {
  const answered = await run.request(baselineKind);
  const { address, port } = run.allowance;
  const began = performance.now();
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
    return performance.now() - began;
  } finally {
    socket.destroy();
  }
}
