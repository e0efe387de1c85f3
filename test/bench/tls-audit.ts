/** Versions, every suite and certificates of many TLS endpoints: our collector against nmap's ssl-enum-ciphers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import { temporaryFolder } from '../support/program.ts';
import type { Scan } from './agent.ts';
import type { Bench, BenchRun } from './bench.ts';
import { type Comparison, compare, Different, expectSame, mean, type Side } from './compare.ts';
import { keepAgent, scanOnce } from './kept-agent.ts';
import { writePlant } from './plant-file.ts';
import { type Cost, timed } from './timed.ts';
import { addressOf, certificateOf, idOf, leafOf } from './tls-certificates.ts';
import { startTlsFleet, type TlsFleet } from './tls-fleet.ts';

const endpoints = 200;
/** nmap keeps as many sockets of scripts open at a time. */
const hosts = 20;

export const tlsAudit: Bench = {
  id: 'tls-audit',
  programs: ['nginx', 'nmap'],
  async run(bench) {
    const folder = temporaryFolder('bench-audit');
    const fleet = await startTlsFleet(endpoints);
    try {
      return [await compareAt(bench, fleet, folder.path)];
    } finally {
      await fleet.stop();
      folder.remove();
    }
  },
};

async function compareAt(bench: BenchRun, fleet: TlsFleet, folder: string): Promise<Comparison> {
  const plant = plantOf(fleet, folder);
  // nmap's word on versions and suites, once for all; what it says must not change later, nor differ from ours.
  const { hosts: audited } = await audit(bench, fleet, folder);
  const expected = new Map(audited.map((host) => [certificateOf(host)[0], suitesOf(host).join(' ')]));
  const before = await fleet.accepted();
  await audit(bench, fleet, folder);
  const between = await fleet.accepted();
  await scanOnce(plant, hosts, bench);
  const after = await fleet.accepted();
  const each = (from: number, to: number) => ((to - from) / endpoints).toFixed(0);
  const ours = (name: string, scan: () => Promise<Scan & Cost>): Side => ({
    name: `plimsoll: ${name}`,
    async run() {
      const { wallMs, cpuMs, observations } = await scan();
      expectSame(`certificates, ${name}`, new Map(observations.map(leafOf)), fleet.fingerprints);
      expectSame(`suites, ${name}`, new Map(observations.map(suitesIn)), expected);
      return { wallMs, cpuMs, factsEach: mean(observations.map((seen) => suitesIn(seen)[1].split(' ').length)) };
    },
  });
  const kept = await Promise.all([keepAgent(plant, hosts, bench), keepAgent(plant, 8, bench)]);
  const [agent, agentAtDefault] = kept;
  const running = ours(`running agent, ${hosts} hosts at a time`, agent.scan);
  try {
    return await compare({
      title: `Versions, every suite and certificate of ${endpoints} TLS endpoints, half RSA-2048, half P-256`,
      rounds: bench.rounds,
      sides: [
        nmapSide(bench, { fleet, folder, expected }),
        running,
        ours('running agent, 8 hosts at a time (default)', agentAtDefault.scan),
        ours('start of the process and plant file included', () => scanOnce(plant, hosts, bench)),
      ],
      remarks: [
        'Ours with the option suites: all, which the plan allows for laboratories only; the endpoints are declared as such.',
        '"facts each" are pairs of version and suite, the same for both, held against one more run of nmap; certificates',
        `against the files. Connections an endpoint: nmap ${each(before, between)}, of which some are for the server's order, which ours`,
        `does not ask for; ours ${each(between, after)}.`,
      ],
      aim: { side: running.name, wallRatio: 3 },
    });
  } finally {
    for (const one of kept) await one.stop();
  }
}

function plantOf(fleet: TlsFleet, folder: string): string {
  return writePlant(
    join(folder, 'audit.yaml'),
    fleet.addresses.map((address) => ({
      id: idOf(address),
      kind: 'server',
      collector: 'tls',
      url: `tls://${address}:${fleet.port}`,
      options: { suites: 'all' },
      lab: true,
    })),
  );
}

async function audit(bench: BenchRun, fleet: TlsFleet, folder: string): Promise<Cost & { hosts: string[] }> {
  const list = join(folder, 'addresses');
  writeFileSync(list, `${fleet.addresses.join('\n')}\n`);
  const scripts = ['--script', '+ssl-enum-ciphers,+ssl-cert'];
  const args = ['-n', '-Pn', '-p', `${fleet.port}`, ...scripts, '-iL', list, '-oX', '-'];
  const { wallMs, cpuMs, output } = await timed('nmap', args, bench);
  return { wallMs, cpuMs, hosts: output.split('<host ').slice(1) };
}

function nmapSide(
  bench: BenchRun,
  { fleet, folder, expected }: { fleet: TlsFleet; folder: string; expected: ReadonlyMap<string, string> },
): Side {
  const name = 'nmap --script +ssl-enum-ciphers,+ssl-cert';
  return {
    name,
    async run() {
      const { wallMs, cpuMs, hosts: found } = await audit(bench, fleet, folder);
      expectSame(`certificates, ${name}`, new Map(found.map(certificateOf)), fleet.fingerprints);
      const suites = found.map((host): [string, string] => [certificateOf(host)[0], suitesOf(host).join(' ')]);
      expectSame(`suites, ${name}`, new Map(suites), expected);
      return { wallMs, cpuMs, factsEach: mean(found.map((host) => suitesOf(host).length)) };
    },
  };
}

/** Version and suite, as `1.2/TLS_...`, of a host in nmap's XML. */
function suitesOf(host: string): string[] {
  const parts = host.split(/<table key="TLSv(1\.\d)">/);
  const pairs: string[] = [];
  for (let at = 1; at < parts.length; at += 2) {
    const names = [...(parts[at + 1] ?? '').matchAll(/<elem key="name">(TLS_\w+)<\/elem>/g)];
    // It writes the suites of TLS 1.3 with a word in them that the registry does not have.
    for (const [, name = ''] of names) pairs.push(`${parts[at]}/${name.replace('TLS_AKE_WITH_', 'TLS_')}`);
  }
  if (pairs.length === 0) throw new Different('nmap: no suites of a host');
  return pairs.sort();
}

/** The same of an observation: what its transcript says was answered, and nothing that the facts do not say. */
function suitesIn({ asset, transcript, facts }: AssetObservation): [string, string] {
  const pairs = new Set(
    transcript.flatMap(({ text }) => {
      const [, version, suite] = /: answered (\S+) with (TLS_\w+)/.exec(text) ?? [];
      return version === undefined ? [] : [`${version}/${suite}`];
    }),
  );
  const fact = facts['tls.cipher.accepted'] ?? [];
  const names = new Set([...pairs].map((pair) => pair.split('/')[1]));
  const same = fact.length === names.size && fact.every((name) => names.has(name));
  if (!same) throw new Different(`${asset}: the fact tls.cipher.accepted and the transcript differ`);
  return [addressOf(asset), [...pairs].sort().join(' ')];
}
