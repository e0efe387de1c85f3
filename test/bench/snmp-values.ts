/** Four values from each of many SNMP agents: our collector in one process against snmpget, fifty at a time. */
import { join } from 'node:path';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import { temporaryFolder } from '../support/program.ts';
import type { Scan } from './agent.ts';
import type { Bench, BenchRun } from './bench.ts';
import { type Comparison, compare, expectSame, mean, type Side } from './compare.ts';
import { keepAgent, scanOnce } from './kept-agent.ts';
import { writePlant } from './plant-file.ts';
import { nameOf, questions, reader, type SnmpFleet, startSnmpFleet } from './snmp-fleet.ts';
import { type Cost, timed } from './timed.ts';

const agents = 200;
const hosts = 50;

export const snmpValues: Bench = {
  id: 'snmp-values',
  programs: ['snmpd', 'snmpget', 'xargs'],
  async run(bench) {
    const folder = temporaryFolder('bench-values');
    const fleet = await startSnmpFleet(agents);
    try {
      return [
        await compareBy(bench, { fleet, folder: folder.path, login: community }),
        await compareBy(bench, { fleet, folder: folder.path, login: user }),
      ];
    } finally {
      await fleet.stop();
      folder.remove();
    }
  },
};

interface Login {
  readonly name: string;
  readonly title: string;
  /** As snmpget wants it. */
  readonly arguments: readonly string[];
  /** As a plant file wants it. */
  readonly credential: object;
  readonly aim: number;
  /** Whether the first look of a process is what counts: it has no keys yet. */
  readonly first: boolean;
}

const secrets = { BENCH_COMMUNITY: reader.community, BENCH_AUTH: reader.auth, BENCH_PRIV: reader.priv };

const community: Login = {
  name: 'v2c',
  title: 'version 2c, community',
  arguments: ['-v2c', '-c', reader.community],
  credential: { community: { env: 'BENCH_COMMUNITY' } },
  aim: 3,
  first: false,
};

const user: Login = {
  name: 'v3',
  title: 'version 3, SHA-256 and AES, first contact',
  arguments: [
    ...['-v3', '-u', reader.user, '-l', 'authPriv'],
    ...['-a', 'SHA-256', '-A', reader.auth, '-x', 'AES', '-X', reader.priv],
  ],
  credential: {
    user: reader.user,
    authProtocol: 'sha256',
    authKey: { env: 'BENCH_AUTH' },
    privProtocol: 'aes',
    privKey: { env: 'BENCH_PRIV' },
  },
  aim: 2,
  first: true,
};

async function compareBy(
  bench: BenchRun,
  { fleet, folder, login }: { fleet: SnmpFleet; folder: string; login: Login },
): Promise<Comparison> {
  const plant = writePlant(
    join(folder, `${login.name}.yaml`),
    fleet.addresses.map((address) => ({
      id: nameOf(address),
      kind: 'switch',
      collector: 'snmp',
      url: `snmp://${address}:${fleet.port}`,
      credential: 'reader',
      options: { tables: 'skip' },
    })),
    { reader: login.credential },
  );
  const ours = (name: string, scan: () => Promise<Scan & Cost>): Side => ({
    name: `plimsoll: ${name}`,
    async run() {
      const { wallMs, cpuMs, observations } = await scan();
      expectSame(name, new Map(observations.map(readBy)), fleet.answers);
      return { wallMs, cpuMs, factsEach: mean(observations.map(valuesIn)) };
    },
  });
  const env = { ...secrets };
  const kept = await keepAgent(plant, hosts, { signal: bench.signal, env });
  const running = ours('running agent, 50 hosts at a time', kept.scan);
  const once = ours('start of the process and plant file included', () =>
    scanOnce(plant, hosts, { signal: bench.signal, env }),
  );
  try {
    return await compare({
      title: `Four values from each of ${agents} SNMP agents, ${login.title}`,
      rounds: bench.rounds,
      sides: [snmpget(bench, { fleet, folder, login }), running, once],
      remarks: [
        'Ours asks for all single objects of the collector (option tables: skip), in three or four requests an agent;',
        '"facts each" are the values that came back. snmpget starts one process per agent.',
      ],
      aim: { side: (login.first ? once : running).name, wallRatio: login.aim },
    });
  } finally {
    await kept.stop();
  }
}

function snmpget(bench: BenchRun, { fleet, folder, login }: { fleet: SnmpFleet; folder: string; login: Login }): Side {
  const name = 'snmpget under xargs -P50';
  const places = fleet.addresses.map((address) => `${address}:${fleet.port}`);
  return {
    name,
    async run() {
      const args = ['-P50', '-I{}', 'snmpget', ...login.arguments, '-t3', '-r0', '-Oqvn', '{}', ...questions];
      const { wallMs, cpuMs, output } = await timed('xargs', args, {
        signal: bench.signal,
        input: `${places.join('\n')}\n`,
        // It would look for, and complain about, modules that nobody installed.
        env: { MIBS: '', MIBDIRS: folder, SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder },
      });
      // Each process writes its four lines at once, in an order of its own; the name says which agent it was.
      const lines = output.trimEnd().replaceAll('"', '').split('\n');
      const found = new Map<string, string>();
      for (let from = 0; from < lines.length; from += questions.length) {
        const values = lines.slice(from, from + questions.length).map((line) => line.trim().replace(/^\./, ''));
        found.set(addressIn(values[2] ?? ''), values.join('\n'));
      }
      expectSame(name, found, fleet.answers);
      return { wallMs, cpuMs, factsEach: questions.length };
    },
  };
}

/** What the transcript says about each of the four objects. */
function readBy({ asset, transcript, outcome, detail }: AssetObservation): [string, string] {
  const said = new Map(
    transcript.flatMap(({ text }) => {
      const [, oid, value] = /^ {2}([\d.]+) = "?([^"]*)"?$/.exec(text) ?? [];
      return oid === undefined || value === undefined ? [] : [[oid, value] as const];
    }),
  );
  const values = questions.map((oid) => said.get(oid) ?? `${outcome} ${detail ?? ''}`);
  return [addressIn(asset), values.join('\n')];
}

function valuesIn({ transcript }: AssetObservation): number {
  return transcript.filter(({ text }) => /^ {2}[\d.]+ = /.test(text)).length;
}

/** The address in the name of an agent. */
function addressIn(name: string): string {
  return name.replace(/^agent-/, '').replaceAll('-', '.');
}
