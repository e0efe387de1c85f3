/** The certificates of many TLS endpoints: our collector in one process against nmap's ssl-cert. */
import { X509Certificate } from 'node:crypto';
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
import { startTlsFleet, type TlsFleet } from './tls-fleet.ts';

const endpoints = 200;

export const tlsCertificates: Bench = {
  id: 'tls-certificates',
  programs: ['nginx', 'nmap'],
  async run(bench) {
    const folder = temporaryFolder('bench-certificates');
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
  const certificate = plantAt(fleet, join(folder, 'certificate.yaml'), 1);
  const whole = plantAt(fleet, join(folder, 'whole.yaml'), 6);
  const kept = await Promise.all([
    keepAgent(certificate, 50, bench),
    keepAgent(certificate, 8, bench),
    keepAgent(whole, 50, bench),
  ]);
  const [agent, agentAtDefault, agentWhole] = kept;
  const ours = (name: string, scan: () => Promise<Scan & Cost>): Side => ({
    name: `plimsoll: ${name}`,
    async run() {
      const { wallMs, cpuMs, observations } = await scan();
      expectSame(name, new Map(observations.map(leafOf)), fleet.fingerprints);
      return { wallMs, cpuMs, factsEach: mean(observations.map(({ facts }) => Object.keys(facts).length)) };
    },
  });
  const running = ours('running agent, 50 hosts at a time', agent.scan);
  try {
    return await compare({
      title: `Certificates of ${endpoints} TLS endpoints, half RSA-2048, half P-256`,
      rounds: bench.rounds,
      sides: [
        nmapSide(bench, fleet, folder),
        running,
        ours('running agent, 8 hosts at a time (default)', agentAtDefault.scan),
        ours('running agent, whole look (up to 6 connections)', agentWhole.scan),
        ours('start of the process and plant file included', () => scanOnce(certificate, 50, bench)),
      ],
      remarks: [
        'Ours makes one handshake (option hellos: 1) and also says version, suite, trust, names and client certificates;',
        'the whole look asks for old versions and old suites besides, which ssl-cert does not.',
      ],
      aim: { side: running.name, wallRatio: 2 },
    });
  } finally {
    for (const each of kept) await each.stop();
  }
}

function plantAt(fleet: TlsFleet, file: string, hellos: number): string {
  const assets = fleet.addresses.map((address) => ({
    id: idOf(address),
    kind: 'server',
    collector: 'tls',
    url: `tls://${address}:${fleet.port}`,
    options: { hellos },
  }));
  return writePlant(file, assets);
}

function nmapSide(bench: BenchRun, fleet: TlsFleet, folder: string): Side {
  const name = 'nmap --script +ssl-cert';
  const list = join(folder, 'addresses');
  writeFileSync(list, `${fleet.addresses.join('\n')}\n`);
  // Its default timing: of those tried (-T4, -T5, larger groups, more in parallel) none was quicker on loopback.
  const args = ['-n', '-Pn', '-p', `${fleet.port}`];
  return {
    name,
    async run() {
      // On ports that are not known for TLS the script runs only with the plus sign.
      const all = [...args, '--script', '+ssl-cert', '-iL', list, '-oX', '-'];
      const { wallMs, cpuMs, output } = await timed('nmap', all, bench);
      const hosts = output.split('<host ').slice(1);
      expectSame(name, new Map(hosts.map(certificateOf)), fleet.fingerprints);
      return { wallMs, cpuMs, factsEach: mean(hosts.map((host) => host.split('<elem ').length - 1)) };
    },
  };
}

export function idOf(address: string): string {
  return `at-${address.replaceAll('.', '-')}`;
}

export function addressOf(asset: string): string {
  return asset.slice('at-'.length).replaceAll('-', '.');
}

export function leafOf({ asset, facts, outcome, detail }: AssetObservation): [string, string] {
  const address = addressOf(asset);
  const leaf = facts['tls.certificates']?.find(({ role }) => role === 'leaf');
  return [address, String(leaf?.id ?? `${outcome} ${detail ?? ''}`).replace(/^sha256:/, '')];
}

export function certificateOf(host: string): [string, string] {
  const address = /<address addr="([\d.]+)"/.exec(host)?.[1] ?? 'no address';
  const pem = /<elem key="pem">([^<]+)<\/elem>/.exec(host)?.[1];
  if (pem === undefined) throw new Different(`nmap: no certificate of ${address}`);
  return [address, new X509Certificate(unescaped(pem)).fingerprint256.replaceAll(':', '').toLowerCase()];
}

/** Numeric character references, with which nmap writes line breaks and every second hyphen. */
function unescaped(xml: string): string {
  return xml.replace(/&#(x?)([\da-f]+);/gi, (_, hex: string, code: string) =>
    String.fromCodePoint(Number.parseInt(code, hex === '' ? 10 : 16)),
  );
}
