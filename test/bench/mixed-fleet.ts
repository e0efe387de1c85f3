/** A thousand assets of five kinds, looked at in one process: time, memory, and how long its event loop stands still. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import { temporaryFolder } from '../support/program.ts';
import { type Scan, stallMs } from './agent.ts';
import type { Bench, BenchRun } from './bench.ts';
import { expectSame, type Figures, type Spread, spread } from './compare.ts';
import { type DeviceFleet, drive, startDeviceFleet } from './device-fleet.ts';
import { keepAgent } from './kept-agent.ts';
import { account, type MqttFleet, startMqttFleet } from './mqtt-fleet.ts';
import { type BenchAsset, writePlant } from './plant-file.ts';
import { nameOf, reader, type SnmpFleet, startSnmpFleet } from './snmp-fleet.ts';
import { startTlsFleet, type TlsFleet } from './tls-fleet.ts';

const [small, large] = [100, 1000] as const;
/** What the product claims for a thousand assets. */
const mostMemoryMb = 200;
const longestStallMs = 50;

/** Assets of each kind in a hundred. */
const mix = { tls: 40, mqtt: 20, snmp: 20, devices: 10 } as const;
const env = { BENCH_PASSWORD: account.password, BENCH_COMMUNITY: reader.community };

interface Fleets {
  readonly tls: TlsFleet;
  readonly mqtt: MqttFleet;
  readonly snmp: SnmpFleet;
  readonly devices: DeviceFleet;
}

export const mixedFleet: Bench = {
  id: 'mixed-fleet',
  programs: ['nginx', 'mosquitto', 'mosquitto_passwd', 'snmpd'],
  async run(bench) {
    const folder = temporaryFolder('bench-mixed');
    const started: { stop(): Promise<void> }[] = [];
    async function keep<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
      const fleet = await starting;
      started.push(fleet);
      return fleet;
    }
    const of = (share: number) => (large * share) / 100;
    try {
      bench.note(`  starting the servers of ${large} assets ...`);
      const fleets: Fleets = {
        tls: await keep(startTlsFleet(of(mix.tls))),
        mqtt: await keep(startMqttFleet(of(mix.mqtt))),
        snmp: await keep(startSnmpFleet(of(mix.snmp))),
        devices: await keep(startDeviceFleet(of(mix.devices), bench.signal)),
      };
      return await measure(bench, folder.path, fleets);
    } finally {
      for (const fleet of started) await fleet.stop();
      folder.remove();
    }
  },
};

interface Case {
  readonly name: string;
  readonly size: number;
  readonly hosts: number;
}

const cases: readonly Case[] = [
  { name: `${small} assets, 8 hosts at a time (default)`, size: small, hosts: 8 },
  { name: `${large} assets, 8 hosts at a time (default)`, size: large, hosts: 8 },
  { name: `${large} assets, 50 hosts at a time`, size: large, hosts: 50 },
];

/** The second scan of a process, with what the first one was like. */
interface Measured extends Scan {
  readonly firstStallMs: number;
  /** Of a process that did nothing meanwhile. */
  readonly idleStallMs: number;
}

async function measure(bench: BenchRun, folder: string, fleets: Fleets): Promise<Figures[]> {
  const runs = cases.map((): Measured[] => []);
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const [index, each] of cases.entries()) runs[index]?.push(await once(bench, folder, { fleets, each }));
  }
  const columns = (of: readonly Measured[]): Spread[] => [
    spread(of.map(({ wallMs }) => wallMs / 1000)),
    spread(of.map(({ cpuMs }) => cpuMs / 1000)),
    spread(of.map(({ peakMb }) => peakMb)),
    spread(of.map(({ firstStallMs }) => firstStallMs)),
    spread(of.map(({ stall }) => stall.longestMs)),
    spread(of.map(({ stall }) => stall.p99Ms)),
    spread(of.map(({ idleStallMs }) => idleStallMs)),
  ];
  const [little = [], much = []] = runs;
  const exponent = (of: (run: Measured) => number) =>
    spread(much.map((run, round) => growth(of(run), of(little[round] ?? run))));
  const atDefault = columns(much);
  return [
    {
      title: `A scan of many assets of five kinds in one process`,
      rounds: bench.rounds,
      columns: ['wall s', 'CPU s', 'peak MB', 'stall, first scan ms', 'stall ms', '99 % stall ms', 'idle process ms'],
      rows: cases.map(({ name }, index) => ({ name, cells: columns(runs[index] ?? []) })),
      remarks: [
        `Of a hundred: ${mix.tls} TLS endpoints with the whole look, ${mix.mqtt} brokers with an account, ${mix.snmp} SNMP agents with`,
        `their tables, ${mix.devices} SSH greetings, ${mix.devices} Modbus identities; servers in other processes. Each time a new process`,
        'that scans twice: its second scan, and of the first, in which code is loaded, the longest stall.',
        '"peak" is the whole process since its start, observations kept to the end. "stall" is how late a timer of 10 ms',
        'comes at most; "idle process" the same in one that only waited meanwhile: that much is the machine, not ours.',
        aimText(`${large} assets in less than ${mostMemoryMb} MB`, atDefault[2], { below: mostMemoryMb, unit: 'MB' }),
        aimText(`no stall of ${longestStallMs} ms`, atDefault[4], { below: longestStallMs, unit: 'ms' }),
      ],
    },
    {
      title: `Growth from ${small} to ${large} assets: exponent, 1 is in proportion`,
      rounds: bench.rounds,
      columns: ['wall', 'CPU', 'peak'],
      rows: [
        {
          name: '8 hosts at a time',
          cells: [exponent(({ wallMs }) => wallMs), exponent(({ cpuMs }) => cpuMs), exponent(({ peakMb }) => peakMb)],
        },
      ],
      remarks: [
        'The second scan of each process, so that neither its start nor cold code weighs on the smaller fleet.',
      ],
    },
  ];
}

function growth(much: number, little: number): number {
  return Math.log(much / little) / Math.log(large / small);
}

function aimText(claim: string, found: Spread | undefined, { below, unit }: { below: number; unit: string }): string {
  const median = found?.median ?? Number.NaN;
  return `Aim: ${claim}, default hosts: ${median < below ? 'reached' : 'missed'}, ${median.toFixed(0)} ${unit}.`;
}

/** A new process, two scans; throws `Different` when an asset was not seen as what it is. */
async function once(
  bench: BenchRun,
  folder: string,
  { fleets, each }: { fleets: Fleets; each: Case },
): Promise<Measured> {
  const { assets, expected } = assetsOf(fleets, each.size);
  const plant = writePlant(join(folder, `mixed-${each.size}.yaml`), assets, {
    account: { username: account.user, password: { env: 'BENCH_PASSWORD' } },
    reader: { community: { env: 'BENCH_COMMUNITY' } },
  });
  const agent = await keepAgent(plant, each.hosts, { signal: bench.signal, env });
  try {
    const first = await agent.scan();
    const idle = monitorEventLoopDelay({ resolution: 10 });
    idle.enable();
    const scan = await agent.scan();
    idle.disable();
    expectSame(each.name, new Map(scan.observations.map(seenAt)), expected);
    return { ...scan, firstStallMs: first.stall.longestMs, idleStallMs: stallMs(idle.max) };
  } finally {
    await agent.stop();
  }
}

function assetsOf({ tls, mqtt, snmp, devices }: Fleets, size: number) {
  const of = (share: number) => (size * share) / 100;
  const expected = new Map<string, string>();
  const assets: BenchAsset[] = [];
  const add = (asset: BenchAsset, says: string) => {
    assets.push(asset);
    expected.set(asset.id, says);
  };
  for (const address of tls.addresses.slice(0, of(mix.tls))) {
    const url = `tls://${address}:${tls.port}`;
    add({ id: `tls-${dashed(address)}`, kind: 'server', collector: 'tls', url }, tls.fingerprints.get(address) ?? '');
  }
  for (const address of mqtt.addresses.slice(0, of(mix.mqtt))) {
    const broker = { id: `mqtt-${dashed(address)}`, kind: 'broker', collector: 'mqtt', credential: 'account' };
    const options = { allowPlainCredential: true };
    add({ ...broker, url: `mqtt://${address}:${mqtt.port}`, options }, 'mosquitto');
  }
  for (const address of snmp.addresses.slice(0, of(mix.snmp))) {
    const agent = { id: `snmp-${dashed(address)}`, kind: 'switch', collector: 'snmp', credential: 'reader' };
    add({ ...agent, url: `snmp://${address}:${snmp.port}` }, nameOf(address));
  }
  for (const port of devices.ssh.slice(0, of(mix.devices))) {
    add({ id: `ssh-${port}`, kind: 'server', collector: 'ssh', url: `ssh://127.0.0.1:${port}` }, 'greeted');
  }
  for (const port of devices.modbus.slice(0, of(mix.devices))) {
    const url = `modbus://127.0.0.1:${port}`;
    add({ id: `modbus-${port}`, kind: 'drive', collector: 'modbus', url, port }, drive.model);
  }
  return { assets, expected };
}

/** One thing of each observation that only the right server says. */
function seenAt({ asset, collector, facts, transcript, outcome, detail }: AssetObservation): [string, string] {
  const says = (() => {
    if (outcome !== 'observed') return `${outcome} ${detail ?? ''}`;
    switch (collector) {
      case 'tls':
        return facts['tls.certificates']?.find(({ role }) => role === 'leaf')?.id?.replace(/^sha256:/, '');
      case 'mqtt':
        return facts['firmware.version'] === undefined ? undefined : 'mosquitto';
      case 'snmp':
        return transcript.map(({ text }) => /(agent-[\d-]+)/.exec(text)?.[1]).find((name) => name !== undefined);
      case 'ssh':
        return (facts['ssh.algorithms']?.length ?? 0) > 0 ? 'greeted' : undefined;
      default:
        return facts['device.model'];
    }
  })();
  return [asset, String(says ?? 'nothing')];
}

function dashed(address: string): string {
  return address.replaceAll('.', '-');
}
