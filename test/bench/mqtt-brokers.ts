/** The version of many MQTT brokers: our collector in one process against mosquitto_sub, twenty at a time. */
import { join } from 'node:path';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import { temporaryFolder } from '../support/program.ts';
import type { Scan } from './agent.ts';
import type { Bench, BenchRun } from './bench.ts';
import { type Comparison, compare, Different, expectSame, mean, type Side } from './compare.ts';
import { keepAgent, scanOnce } from './kept-agent.ts';
import { account, type MqttFleet, startMqttFleet } from './mqtt-fleet.ts';
import { writePlant } from './plant-file.ts';
import { type Cost, timed } from './timed.ts';

const brokers = 200;
const hosts = 20;
const topic = '$SYS/broker/version';
const env = { BENCH_PASSWORD: account.password };

export const mqttBrokers: Bench = {
  id: 'mqtt-brokers',
  programs: ['mosquitto', 'mosquitto_passwd', 'mosquitto_sub', 'xargs'],
  async run(bench) {
    const folder = temporaryFolder('bench-brokers');
    const fleet = await startMqttFleet(brokers);
    try {
      return [await compareOn(bench, fleet, folder.path)];
    } finally {
      await fleet.stop();
      folder.remove();
    }
  },
};

async function compareOn(bench: BenchRun, fleet: MqttFleet, folder: string): Promise<Comparison> {
  const plant = plantOf(fleet, folder);
  const expected = await versionsOf(bench, fleet);
  const ours = (name: string, scan: () => Promise<Scan & Cost>): Side => ({
    name: `plimsoll: ${name}`,
    async run() {
      const { wallMs, cpuMs, observations } = await scan();
      expectSame(name, new Map(observations.map(versionIn)), expected);
      return { wallMs, cpuMs, factsEach: mean(observations.map(({ facts }) => Object.keys(facts).length)) };
    },
  });
  const options = { signal: bench.signal, env };
  const kept = await Promise.all([keepAgent(plant, hosts, options), keepAgent(plant, 8, options)]);
  const [agent, agentAtDefault] = kept;
  const running = ours(`running agent, ${hosts} hosts at a time`, agent.scan);
  try {
    return await compare({
      title: `The version of ${fleet.addresses.length} MQTT brokers, with an account`,
      rounds: bench.rounds,
      sides: [
        mosquittoSub(bench, fleet, expected),
        running,
        ours('running agent, 8 hosts at a time (default)', agentAtDefault.scan),
        ours('start of the process and plant file included', () => scanOnce(plant, hosts, options)),
      ],
      remarks: [
        'Both log in with MQTT 5 and subscribe; ours to the topics of two more makes of broker in the same packet.',
        'mosquitto_sub starts one process per broker.',
      ],
    });
  } finally {
    for (const each of kept) await each.stop();
  }
}

function plantOf(fleet: MqttFleet, folder: string): string {
  return writePlant(
    join(folder, 'brokers.yaml'),
    fleet.addresses.map((address) => ({
      id: brokerAt(address),
      kind: 'broker',
      collector: 'mqtt',
      url: `mqtt://${address}:${fleet.port}`,
      credential: 'reader',
      options: { allowPlainCredential: true },
    })),
    { reader: { username: account.user, password: { env: 'BENCH_PASSWORD' } } },
  );
}

/** What the installed program says of itself, which every broker of the fleet is. */
async function versionsOf({ signal }: BenchRun, fleet: MqttFleet): Promise<Map<string, string>> {
  // Its help ends with an exit code that differs between versions.
  const { output } = await timed('sh', ['-c', '"$0" -h || true', 'mosquitto'], { signal });
  const version = /mosquitto version (\S+)/.exec(output)?.[1];
  if (version === undefined) throw new Different(`expected mosquitto's own version, found ${output.slice(0, 80)}`);
  return new Map(fleet.addresses.map((address) => [address, version]));
}

function mosquittoSub(bench: BenchRun, fleet: MqttFleet, expected: ReadonlyMap<string, string>): Side {
  const name = `mosquitto_sub under xargs -P${hosts}`;
  const login = ['-u', account.user, '-P', account.password];
  const one = ['mosquitto_sub', '-V', '5', '-h', '{}', '-p', `${fleet.port}`, ...login, '-t', topic];
  return {
    name,
    async run() {
      // One message, at most five seconds; the name of the broker stands before it.
      const args = [`-P${hosts}`, '-I{}', ...one, '-C', '1', '-W', '5', '-F', '{} %p'];
      const { wallMs, cpuMs, output } = await timed('xargs', args, {
        signal: bench.signal,
        input: `${fleet.addresses.join('\n')}\n`,
      });
      const lines = output.trimEnd().split('\n');
      expectSame(name, new Map(lines.map(versionOf)), expected);
      return { wallMs, cpuMs, factsEach: 1 };
    },
  };
}

function versionOf(line: string): [string, string] {
  const [, address = line, version = 'no version'] = /^(\S+) mosquitto version (\S+)$/.exec(line) ?? [];
  return [address, version];
}

function brokerAt(address: string): string {
  return `broker-${address.replaceAll('.', '-')}`;
}

function versionIn({ asset, facts, outcome, detail }: AssetObservation): [string, string] {
  const address = asset.slice('broker-'.length).replaceAll('-', '.');
  return [address, facts['firmware.version'] ?? `${outcome} ${detail ?? ''}`];
}
