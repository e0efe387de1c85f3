/** What it takes to start the product, and what a scan leaves in its memory, at 50 and at 200 assets. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { pause, temporaryFolder } from '../support/program.ts';
import type { Bench, BenchRun } from './bench.ts';
import { compare, Different, type Figures, type Side, type Spread, spread } from './compare.ts';
import { type BenchAsset, benchSystem, writePlant } from './plant-file.ts';
import { type Served, serve } from './product.ts';
import { nameOf, reader, type SnmpFleet, startSnmpFleet } from './snmp-fleet.ts';
import { startTlsFleet, type TlsFleet } from './tls-fleet.ts';

const sizes = [50, 200] as const;
const largest = 200;
const cli = new URL('../../agent/cli.ts', import.meta.url).pathname;
const env = { BENCH_AUTH: reader.auth, BENCH_PRIV: reader.priv };

export const startUp: Bench = {
  id: 'start-up',
  programs: ['nginx', 'snmpd'],
  async run(bench) {
    const folder = temporaryFolder('bench-start');
    const tls = await startTlsFleet(largest / 2);
    try {
      const snmp = await startSnmpFleet(largest / 2);
      try {
        const plants = sizes.map((size) => ({ size, plant: mixedPlant(folder.path, size, { tls, snmp }) }));
        return [await compareStarts(bench, folder.path), await memoryAfter(bench, folder.path, plants)];
      } finally {
        await snmp.stop();
      }
    } finally {
      await tls.stop();
      folder.remove();
    }
  },
};

const bareServer = `
  require('node:http').createServer((_, answer) => answer.end('ok')).listen(process.argv[1], '127.0.0.1')`;

function compareStarts(bench: BenchRun, folder: string) {
  const plant = writePlant(join(folder, 'small.yaml'), [
    { id: 'server-1', kind: 'server', collector: 'tls', url: 'tls://127.0.0.1:1' },
  ]);
  let fresh = 0;
  const up = (data: string) => (port: number) => [cli, ...upArguments({ plant, data, port })];
  const side = (name: string, commandFor: () => (port: number) => readonly string[], path: string): Side => ({
    name,
    async run() {
      const served = await serve(commandFor(), { path, signal: bench.signal });
      await served.stop();
      return { wallMs: served.readyMs, cpuMs: served.cpuMs, factsEach: 0 };
    },
  });
  return compare({
    title: 'Start of the process to the first healthy answer, a plant of one asset',
    rounds: bench.rounds,
    sides: [
      side('bare HTTP server in the same runtime', () => (port) => ['-e', bareServer, `${port}`], '/'),
      side('plimsoll up, new data folder', () => up(join(folder, `new-${fresh++}`)), '/healthz'),
      side('plimsoll up, data folder of before', () => up(join(folder, 'kept')), '/healthz'),
    ],
    remarks: ['The dashboard has been built by then: the first start does it, in the round that does not count.'],
  });
}

function upArguments({ plant, data, port }: { plant: string; data: string; port: number }): string[] {
  return ['up', '--plant', plant, '--data', data, '--port', `${port}`];
}

/** As many TLS endpoints as SNMP agents, each looked at with all that its collector asks. */
function mixedPlant(folder: string, size: number, { tls, snmp }: { tls: TlsFleet; snmp: SnmpFleet }): string {
  const half = size / 2;
  const assets: BenchAsset[] = [
    ...tls.addresses.slice(0, half).map((address, index) => ({
      id: `server-${index}`,
      kind: 'server',
      collector: 'tls',
      url: `tls://${address}:${tls.port}`,
    })),
    ...snmp.addresses.slice(0, half).map((address) => ({
      id: nameOf(address),
      kind: 'switch',
      collector: 'snmp',
      url: `snmp://${address}:${snmp.port}`,
      credential: 'reader',
    })),
  ];
  return writePlant(join(folder, `mixed-${size}.yaml`), assets, {
    reader: {
      user: reader.user,
      ...{ authProtocol: 'sha256', authKey: { env: 'BENCH_AUTH' } },
      ...{ privProtocol: 'aes', privKey: { env: 'BENCH_PRIV' } },
    },
  });
}

interface Weighed {
  readonly before: number;
  readonly after: number;
  readonly again: number;
  readonly peak: number;
  readonly scanMs: number;
}

async function memoryAfter(
  bench: BenchRun,
  folder: string,
  plants: readonly { readonly size: number; readonly plant: string }[],
): Promise<Figures> {
  const weighed = plants.map((): Weighed[] => []);
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const [index, { size, plant }] of plants.entries()) {
      const data = join(folder, `weigh-${size}-${round}`);
      mkdirSync(data);
      weighed[index]?.push(await weigh(bench, { size, plant, data }));
    }
  }
  const cells = (runs: readonly Weighed[]): Spread[] =>
    (['before', 'after', 'again', 'peak', 'scanMs'] as const).map((key) => {
      const values = runs.map((run) => (key === 'scanMs' ? run[key] / 1000 : run[key]));
      return spread(values);
    });
  const [small = [], large = []] = weighed;
  const ratio = (key: keyof Weighed) =>
    spread(large.map((run, round) => run[key] / (small[round]?.[key] ?? Number.NaN)));
  return {
    title: 'Resident memory of the whole product: server, agent and store in one process, MB',
    rounds: bench.rounds,
    columns: ['before', 'after a scan', 'after a second', 'peak', 'scan s'],
    rows: [
      ...plants.map(({ size }, index) => ({ name: `${size} assets`, cells: cells(weighed[index] ?? []) })),
      {
        name: `${largest} assets against ${sizes[0]}, times`,
        cells: [ratio('before'), ratio('after'), ratio('again'), ratio('peak'), ratio('scanMs')],
      },
    ],
    remarks: [
      'Half TLS endpoints with the whole look, half SNMPv3 agents with their tables. "scan s" is until the scan is',
      'finished, observations stored and signed included, at the default number of hosts at a time.',
    ],
  };
}

async function weigh(
  bench: BenchRun,
  { size, plant, data }: { size: number; plant: string; data: string },
): Promise<Weighed> {
  const command = (port: number) => [cli, ...upArguments({ plant, data, port })];
  const served = await serve(command, { path: '/healthz', signal: bench.signal, env });
  try {
    const before = served.rssMb();
    const scanMs = await scanned(served, size, bench.signal);
    const after = served.rssMb();
    await scanned(served, size, bench.signal);
    return { before, after, again: served.rssMb(), peak: served.peakMb(), scanMs };
  } finally {
    await served.stop();
  }
}

const summary = z.object({ id: z.string(), state: z.string(), outcomes: z.record(z.string(), z.number()) });

/** Asks for a scan and waits for its end; milliseconds. @throws Different when a probe was not observed. */
async function scanned({ address }: Served, size: number, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  const asked = await fetch(`${address}/api/v1/systems/${benchSystem}/scans`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'bench' }),
    signal,
  });
  const { id } = summary.parse(await asked.json());
  for (;;) {
    const page = z
      .object({ scan: summary })
      .parse(await (await fetch(`${address}/api/v1/scans/${id}`, { signal })).json());
    const { state, outcomes } = page.scan;
    if (state === 'finished') {
      if (outcomes['observed'] !== size)
        throw new Different(`expected ${size} probes observed, found ${JSON.stringify(outcomes)}`);
      return performance.now() - began;
    }
    if (state !== 'waiting' && state !== 'running') throw new Different(`the scan is ${state}`);
    await pause(50);
  }
}
