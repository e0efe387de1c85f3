/**
 * A scan whose process is killed in the middle. As a program (`node killed-scan.ts OPTIONS PROBES`) it scans without
 * end in sight and prints the digest of each observation once it is stored.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { recordObservation } from '../../../server/store/observations.ts';
import { openStore, type StoreOptions } from '../../../server/store/open.ts';
import { beginScan, probeStarted } from '../../../server/store/scans.ts';
import { observationOf, plannedProbe, planOf } from './evidence.ts';

/** Starts the scan in a process of its own and kills it with SIGKILL once so many observations were reported as stored. */
export async function killMidScan(options: StoreOptions, after: number): Promise<{ scan: string; digests: string[] }> {
  const program = new URL(import.meta.url).pathname;
  const child = spawn(process.execPath, [program, JSON.stringify(options), '500'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let scan = '';
  const digests: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (scan === '') scan = line;
    else digests.push(line);
    if (digests.length === after) child.kill('SIGKILL');
  }
  await ended;
  if (child.signalCode !== 'SIGKILL') throw new Error(`the scan ended before it was killed (${child.exitCode})`);
  return { scan, digests };
}

async function scanUntilKilled(options: StoreOptions, probes: number): Promise<void> {
  const store = await openStore(options);
  const at = new Date().toISOString();
  const assets = Array.from({ length: probes }, (_, index) => `plc-${index}`);
  const plan = planOf(
    at,
    assets.map((asset) => plannedProbe(asset, 'mqtt')),
  );
  const scan = await beginScan(store.db, { plan, askedBy: 'schedule', at });
  console.log(scan);
  for (const asset of assets) {
    await probeStarted(store.db, scan, { asset, probe: 'mqtt' });
    const entry = { scan, agent: 'local', recordedAt: new Date().toISOString() };
    console.log(await recordObservation(store.db, observationOf({ asset, at, texts: [asset] }), entry));
  }
  throw new Error('nobody killed it');
}

const [options, probes] = process.argv.slice(2);
if (import.meta.main && options !== undefined)
  await scanUntilKilled(JSON.parse(options) as StoreOptions, Number(probes));
