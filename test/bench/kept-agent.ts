/** Agents in processes of their own: one that stays between scans, as the product's does, and one that scans once. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Scan } from './agent.ts';
import { type Cost, type TimedOptions, timedNode } from './timed.ts';

export interface KeptAgent {
  scan(): Promise<Scan>;
  stop(): Promise<void>;
}

export async function keepAgent(plant: string, hosts: number, { signal, env = {} }: TimedOptions): Promise<KeptAgent> {
  signal.throwIfAborted();
  const child = fork(new URL('agent.ts', import.meta.url), [plant, `${hosts}`], {
    env: { ...process.env, ...env },
    signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the agent ended with ${code}`)));
  });
  ended.catch(() => {});
  const told = async () => (await Promise.race([once(child, 'message'), ended]))[0];
  await told();
  return {
    async scan() {
      const answer = told();
      child.send('scan');
      return (await answer) as Scan;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

/** A whole process for one scan; the cost is that of the process. */
export async function scanOnce(plant: string, hosts: number, options: TimedOptions): Promise<Scan & Cost> {
  const { wallMs, cpuMs, output } = await timedNode(new URL('agent.ts', import.meta.url), [plant, `${hosts}`], options);
  return { ...(JSON.parse(output) as Scan), wallMs, cpuMs };
}
