/**
 * One run per host key at a time, whatever assets and probes share it and however many agents run (SAF-05, SAF-44).
 * Within the process a queue decides; between processes an entry of the safety memory with owner and end, renewed
 * while the run lasts (SAF-52).
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SafetyMemory } from '../../server/contract/scanner.ts';

export interface Lease {
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly memory: SafetyMemory;
  readonly signal: AbortSignal;
  /** Called once when the lease can no longer be renewed: the run must end. */
  lost(why: string): void;
}

const leaseMs = 30_000;
const renewMs = 8_000;
const pollMs = 100;

const shape = z.strictObject({ owner: z.string(), until: z.number() });
const queues = new Map<string, Promise<void>>();

/** Waits for its turn; rejects when the signal aborts first. */
export async function acquireLease(host: string, options: LeaseOptions): Promise<Lease> {
  const leave = await enterQueue(host, options.signal);
  try {
    return await takeShared(host, options, leave);
  } catch (error) {
    leave();
    throw error;
  }
}

async function enterQueue(host: string, signal: AbortSignal): Promise<() => void> {
  const before = queues.get(host) ?? Promise.resolve();
  let leave = () => {};
  const mine = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const tail = before.then(() => mine);
  queues.set(host, tail);
  void tail.then(() => queues.get(host) === tail && queues.delete(host));
  try {
    await aborting(before, signal);
  } catch (error) {
    leave();
    throw error;
  }
  return leave;
}

async function takeShared(host: string, options: LeaseOptions, leave: () => void): Promise<Lease> {
  const { memory, signal } = options;
  const key = `lease/${host}`;
  const owner = randomUUID();
  const entry = () => JSON.stringify({ owner, until: Date.now() + leaseMs });
  let held = entry();
  while (true) {
    signal.throwIfAborted();
    const present = await memory.read(key);
    if (present === undefined || lapsed(present)) {
      held = entry();
      if (await memory.swap(key, present, held)) break;
    }
    await aborting(new Promise<void>((resolve) => setTimeout(resolve, pollMs)), signal);
  }
  let over = false;
  const timer = setInterval(() => void renew(), renewMs);
  timer.unref();
  async function renew() {
    const next = entry();
    try {
      if (await memory.swap(key, held, next)) held = next;
      else if (!over) lose('another agent took the host over');
    } catch {
      if (!over) lose('the shared safety memory does not answer');
    }
  }
  function lose(why: string) {
    clearInterval(timer);
    options.lost(why);
  }
  return {
    async release() {
      over = true;
      clearInterval(timer);
      try {
        // A renewal may be under way: the entry is ours as long as it names us.
        const present = await memory.read(key);
        if (present !== undefined && parsed(present)?.owner === owner) await memory.swap(key, present, undefined);
      } finally {
        leave();
      }
    },
  };
}

function parsed(text: string): { owner: string; until: number } | undefined {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function lapsed(text: string): boolean {
  const entry = parsed(text);
  return entry !== undefined && entry.until < Date.now();
}

/** The promise, or the rejection of the signal, whichever comes first. */
export function aborting<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
