import { expect, it } from 'vitest';
import { collectors } from '../../collectors/registry.ts';
import type { Asset, Probe } from '../../server/contract/plant.ts';
import { assetOf, bench, infrastructure, listen, noon, plantOf } from './bench.ts';

/** What a device is sent by the collector of this name, byte by byte: it takes everything and answers with `greeting`. */
async function received(
  probe: Omit<Probe, 'url'>,
  of: { scheme: string; greeting?: string; tests?: readonly string[] },
) {
  const parts: Buffer[] = [];
  const device = await infrastructure(() =>
    listen((socket) => {
      if (of.greeting !== undefined) socket.write(of.greeting);
      socket.on('data', (bytes: Buffer) => {
        parts.push(bytes);
        if (Buffer.concat(parts).length > 8) socket.end();
      });
    }),
  );
  const own = bench(collectors);
  try {
    const asset: Asset = assetOf('a', { probes: [{ ...probe, url: `${of.scheme}://127.0.0.1:${device.port}` }] });
    const consent = {
      ...{ id: 'c', system: 'line', assets: ['a'], tests: of.tests ?? [], by: 'Max', reason: 'test' },
      ...{ on: noon.toISOString(), until: '2026-12-24T00:00:00.000Z' },
    };
    await own.scan(plantOf([asset], { consents: of.tests === undefined ? [] : [consent] }));
    return Buffer.concat(parts).toString('latin1');
  } finally {
    await own.close();
    await device.close();
  }
}

it('SAF-22: SSH servers read in our greeting who asks and whom to call', async () => {
  const options = collectors.find(({ manifest }) => manifest.id === 'ssh')?.manifest.options.parse({});
  const sent = await received(
    { id: 'ssh', collector: 'ssh', options },
    { scheme: 'ssh', greeting: 'SSH-2.0-OpenSSH_9.9\r\n' },
  );
  expect(sent).toMatch(/^SSH-2\.0-plimsoll\S* ot-desk@example\.com\r\n/i);
});

it('SAF-22: brokers read our client id in CONNECT, with the site in it', async () => {
  const options = collectors.find(({ manifest }) => manifest.id === 'mqtt')?.manifest.options.parse({});
  const sent = await received(
    { id: 'mqtt', collector: 'mqtt', options },
    { scheme: 'mqtt', tests: ['mqtt.anonymous'] },
  );
  expect(sent).toContain('MQTT');
  expect(sent).toMatch(/plimsoll-north-[0-9a-f]{4}/);
});
