/** Runs one program from start to end, and says what it and all its children cost. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { programPath } from '../support/program.ts';

export interface Cost {
  /** From the start of the process to its end. */
  readonly wallMs: number;
  /** User and system time of the process and of every descendant that it waited for. */
  readonly cpuMs: number;
}

export interface Timed extends Cost {
  readonly output: string;
}

export interface TimedOptions {
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its standard input. */
  readonly input?: string;
}

/** Clock ticks per second in /proc/PID/stat: fixed at 100 for user space on Linux (proc(5), USER_HZ). */
const ticksPerSecond = 100;

/**
 * Rejects when the program fails or the signal aborts; its whole process group has been killed by then. Nothing else
 * may be waited for meanwhile: the cost is the growth of this process's own account of ended children.
 */
export async function timed(name: string, args: readonly string[], options: TimedOptions): Promise<Timed> {
  const { signal } = options;
  signal.throwIfAborted();
  const path = isAbsolute(name) ? name : programPath(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  const before = childrenCpuMs();
  const began = performance.now();
  const child = spawn(path, args, {
    // A group of its own, so that nothing that it started outlives it.
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', kill, { once: true });
  const output: Buffer[] = [];
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString('utf8')).slice(-4000);
  });
  // A program that ends before it has read its input says so with its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const wallMs = performance.now() - began;
    signal.throwIfAborted();
    const text = Buffer.concat(output).toString('utf8');
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${complaints || text.slice(-2000)}`);
    return { wallMs, cpuMs: childrenCpuMs() - before, output: text };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

/** The same for a TypeScript program of the bench, in the runtime that runs the bench. */
export function timedNode(file: URL, args: readonly string[], options: TimedOptions): Promise<Timed> {
  return timed(process.execPath, [file.pathname, ...args], options);
}

/** What ended children have cost so far: fields cutime and cstime of proc(5). */
function childrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The second field is the program's name in brackets, and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / ticksPerSecond;
}
