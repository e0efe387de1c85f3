/** The product as `npm start` runs it, as a process whose cost is read from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { freePort, pause } from '../support/program.ts';

export interface Served {
  readonly address: string;
  /** From the start of the process to the first healthy answer. */
  readonly readyMs: number;
  /** Processor time by then. */
  readonly cpuMs: number;
  /** Resident memory now. */
  rssMb(): number;
  /** The most that it ever was. */
  peakMb(): number;
  stop(): Promise<void>;
}

export interface ServedOptions {
  /** Path of the page that says that it is well. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** The first start builds the dashboard, which takes longest. */
const longestMs = 120_000;

/** Starts `node ARGUMENTS` on a free port and waits for its first healthy answer. */
export async function serve(
  commandFor: (port: number) => readonly string[],
  { path, signal, env = {} }: ServedOptions,
): Promise<Served> {
  signal.throwIfAborted();
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, commandFor(port), {
    env: { ...process.env, ...env },
    signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString('utf8')).slice(-2000);
  });
  // An abort reaches us through the signal; the event only must not go unheard.
  child.on('error', () => {});
  async function stop() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(timer);
  }
  while (!(await isWell(`${address}${path}`))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (signal.aborted || ended || performance.now() - began > longestMs) {
      await stop();
      signal.throwIfAborted();
      throw new Error(`no healthy answer; it printed:\n${complaints}`);
    }
    await pause(5);
  }
  const readyMs = performance.now() - began;
  const { pid } = child;
  if (pid === undefined) throw new Error('a process without an id');
  return {
    address,
    readyMs,
    cpuMs: cpuMsOf(pid),
    rssMb: () => statusMb(pid, 'VmRSS'),
    peakMb: () => statusMb(pid, 'VmHWM'),
    stop,
  };
}

async function isWell(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Nothing listens yet: the caller asks again, with a bound.
    return false;
  }
}

/** Fields utime and stime of proc(5), in ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function statusMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`no ${field} of process ${pid}`);
  return Number(kilobytes) / 1024;
}
