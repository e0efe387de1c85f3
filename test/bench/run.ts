/**
 * Compares the product with the tools of the system on one fleet on loopback. `npm run bench`, or with names:
 * `npm run bench -- tls-certificates --rounds 3 --json`. Exit code 1 when a benchmark failed or its sides differed.
 */
import { parseArgs } from 'node:util';
import { programPath } from '../support/program.ts';
import { assessing } from './assess.ts';
import type { Bench } from './bench.ts';
import type { Comparison, Figures } from './compare.ts';
import { handshakes } from './handshakes.ts';
import { interview } from './interview.ts';
import { mixedFleet } from './mixed-fleet.ts';
import { mqttBrokers } from './mqtt-brokers.ts';
import { snmpValues } from './snmp-values.ts';
import { startUp } from './start-up.ts';
import { tableOf } from './table.ts';
import { tlsAudit } from './tls-audit.ts';
import { tlsCertificates } from './tls-certificates.ts';

const benches: readonly Bench[] = [
  tlsCertificates,
  tlsAudit,
  snmpValues,
  mqttBrokers,
  handshakes,
  startUp,
  assessing,
  interview,
  mixedFleet,
];

/** A bench that hangs must not hold the machine. */
const longestMs = 20 * 60_000;

interface Result {
  readonly bench: string;
  readonly tables?: readonly (Comparison | Figures)[];
  /** Why there are none: a program that is missing, or sides that do not agree. */
  readonly problem?: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
});
process.exitCode = await main(positionals, values);

async function main(names: readonly string[], options: { json: boolean; rounds: string }): Promise<number> {
  const known = benches.map(({ id }) => id);
  const unknown = names.filter((name) => !known.includes(name));
  const rounds = Number(options.rounds);
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || rounds > 9) {
    note(
      `expected benchmarks among ${known.join(', ')} and 1 to 9 rounds, found ${[...unknown, options.rounds].join(', ')}`,
    );
    return 2;
  }
  const stop = new AbortController();
  const ends = (why: string) => () => stop.abort(new Error(why));
  process.once('SIGINT', ends('stopped'));
  process.once('SIGTERM', ends('stopped'));
  const bound = setTimeout(ends(`not done within ${longestMs / 60_000} minutes`), longestMs);
  const results: Result[] = [];
  for (const bench of benches.filter(({ id }) => names.length === 0 || names.includes(id))) {
    if (stop.signal.aborted) break;
    const result = await resultOf(bench, { rounds, signal: stop.signal, note });
    results.push(result);
    if (!options.json) print(result);
  }
  clearTimeout(bound);
  if (options.json) process.stdout.write(`${JSON.stringify({ results }, undefined, 1)}\n`);
  return stop.signal.aborted || results.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

async function resultOf(bench: Bench, run: Parameters<Bench['run']>[0]): Promise<Result> {
  const missing = bench.programs.filter((program) => programPath(program) === undefined);
  if (missing.length > 0) return { bench: bench.id, problem: `not installed: ${missing.join(', ')}` };
  note(`${bench.id} ...`);
  try {
    return { bench: bench.id, tables: await bench.run(run) };
  } catch (error) {
    return { bench: bench.id, problem: error instanceof Error ? error.message : String(error) };
  }
}

function print({ bench, tables = [], problem }: Result): void {
  for (const table of tables) process.stdout.write(`\n${tableOf(table)}\n`);
  if (problem !== undefined) process.stdout.write(`\n${bench}: no ratio. ${problem}\n`);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
