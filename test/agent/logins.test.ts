import { connect } from 'node:net';
import { expect, it } from 'vitest';
import type { Look } from '../../collectors/contract/collector.ts';
import { Ended } from '../../collectors/contract/collector.ts';
import { Secret } from '../../collectors/contract/credential.ts';
import { assetOf, bench, fakeCollector, infrastructure, listen, plantOf, probeOf } from './bench.ts';

const credentials = { reader: { kind: 'password', plain: { username: 'plimsoll' }, secret: {} } } as const;

/** A collector that logs in with what it is given, and hears no. */
async function logIn({ target, request, secret }: Look) {
  const answered = await request('tcp.connect');
  await new Promise<void>((resolve, reject) => {
    const socket = connect(target.port, target.address, () => socket.end(`login ${secret?.kind}\n`));
    socket.resume();
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
  answered();
  if (secret !== undefined) throw new Ended('denied', 'the reader was refused');
}

it('SAF-31: a credential that one probe was refused with is not tried by the next probe of the scan, on loopback too', async () => {
  const device = await infrastructure(() => listen((socket) => socket.on('data', () => socket.end('no\n'))));
  const own = bench([fakeCollector({ facts: { 'service.listening': 'T3' }, collect: (look) => logIn(look) })], {
    credential: () => ({ kind: 'password', username: 'plimsoll', password: new Secret('wrong') }),
  });
  try {
    const probes = ['one', 'two', 'three'].map((id) => probeOf(device.port, { id, credential: 'reader' }));
    const other = probeOf(device.port, { id: 'bare' });
    const seen = await own.scan(plantOf([assetOf('a', { probes: [...probes, other] })], { credentials }));
    expect(seen.map(({ probe, outcome, rule }) => [probe, outcome, rule])).toEqual([
      ['one', 'denied', undefined],
      ['two', 'blocked', 'SAF-31'],
      ['three', 'blocked', 'SAF-31'],
      expect.arrayContaining(['bare']),
    ]);
    expect(device.reached.length).toBeLessThanOrEqual(2);
    expect(seen[1]?.ledger).toMatchObject({ connections: 0, requests: 0 });
  } finally {
    await own.close();
    await device.close();
  }
});
