/** Handshakes per second with one endpoint, one at a time: our collector's against openssl's. */
import type { Bench, BenchRun } from './bench.ts';
import { type Comparison, compare, Different, type Side } from './compare.ts';
import type { Handshakes } from './handshake-loop.ts';
import { timed, timedNode } from './timed.ts';
import { startTlsFleet, type TlsFleet } from './tls-fleet.ts';

const seconds = 3;

export const handshakes: Bench = {
  id: 'handshakes',
  programs: ['nginx', 'openssl'],
  async run(bench) {
    const fleet = await startTlsFleet(2);
    try {
      const [rsa = '', p256 = ''] = fleet.addresses;
      return [
        await compareWith(bench, fleet, { address: p256, keyType: 'P-256' }),
        await compareWith(bench, fleet, { address: rsa, keyType: 'RSA-2048' }),
      ];
    } finally {
      await fleet.stop();
    }
  },
};

interface Endpoint {
  readonly address: string;
  readonly keyType: string;
}

function compareWith(bench: BenchRun, fleet: TlsFleet, { address, keyType }: Endpoint): Promise<Comparison> {
  const ours = (name: string, how: 'handshake' | 'collector'): Side => ({
    name,
    run: () =>
      counted(fleet, name, async () => {
        const file = new URL('handshake-loop.ts', import.meta.url);
        const args = [address, `${fleet.port}`, `${seconds}`, how];
        const { wallMs, cpuMs, output } = await timedNode(file, args, bench);
        const { done, versions, certificates, factsEach } = JSON.parse(output) as Handshakes;
        const expected = how === 'collector' ? (fleet.fingerprints.get(address) ?? 'none') : '';
        if (versions.join() !== '1.3' || certificates.join() !== expected)
          throw new Different(`${name}: TLS ${versions.join(', ')}, certificates ${certificates.join(', ')}`);
        return { wallMs, cpuMs, done, factsEach };
      }),
  });
  const name = 'openssl s_time -new';
  const openssl: Side = {
    name,
    run: () =>
      counted(fleet, name, async () => {
        const args = ['s_time', '-new', '-tls1_3', '-time', `${seconds}`, '-connect', `${address}:${fleet.port}`];
        const { wallMs, cpuMs, output } = await timed('openssl', args, bench);
        const done = Number(/^(\d+) connections in \d+ real seconds/m.exec(output)?.[1]);
        return { wallMs, cpuMs, done, factsEach: 0 };
      }),
  };
  return compare({
    title: `TLS 1.3 handshakes with one endpoint, ${keyType}, one at a time for ${seconds} s`,
    rounds: bench.rounds,
    sides: [
      openssl,
      ours('plimsoll: handshake', 'handshake'),
      ours('plimsoll: tls collector with its facts', 'collector'),
    ],
    remarks: [
      'Ratios are per handshake; the start of the process is in both. A handshake of ours keeps the bytes of both',
      'directions, tells whether a client certificate was asked for, and verifies the chain.',
    ],
  });
}

/** The server has the last word on how many connections there were. */
async function counted<T extends { readonly done: number }>(
  fleet: TlsFleet,
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  const before = await fleet.accepted();
  const result = await run();
  // The question itself comes over one more connection.
  const accepted = (await fleet.accepted()) - before - 1;
  if (accepted !== result.done) throw new Different(`${name}: says ${result.done}, the server saw ${accepted}`);
  return result;
}
