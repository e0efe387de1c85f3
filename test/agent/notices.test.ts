import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Told } from '../../agent/notices.ts';
import type { Notice } from '../../server/contract/plant.ts';
import { temporaryFolder } from '../support/program.ts';
import { assetOf, bench, fakeCollector, infrastructure, listen, plantOf, probeOf } from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

function folder(): string {
  const made = temporaryFolder('notices');
  open.push({ close: async () => made.remove() });
  return made.path;
}

/** A chat or ticket system: keeps what it is told, and says what was sent to the device by then. */
async function hook(answer: (sent: number) => number, sent: () => number) {
  const told: { body: Told; sent: number }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      told.push({ body: JSON.parse(text), sent: sent() });
      response.writeHead(answer(told.length)).end();
    });
  });
  await new Promise<void>((resolve) => infrastructure(() => server.listen(0, '127.0.0.1', resolve)));
  open.push({ close: async () => void server.close() });
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token-not-to-be-seen` };
}

async function scene() {
  const device = await listen();
  open.push(device);
  let asked = 0;
  const made = bench([
    fakeCollector({
      async collect(look) {
        if (look.scheme === 'file') return;
        (await look.request('tcp.connect'))();
        asked += 1;
      },
    }),
  ]);
  open.push(made);
  const path = folder();
  const plantWith = (notices: readonly Notice[]) => {
    const plant = plantOf([
      assetOf('a', { probes: [probeOf(device.port), { ...probeOf(0), id: 'doc', url: 'file:///etc/hostname' }] }),
    ]);
    return { ...plant, file: join(path, 'plant.yaml'), site: { ...plant.site, notices } };
  };
  return { made, path, plantWith, asked: () => asked };
}

describe('notices', () => {
  it('SAF-50: operations hear before the first packet and after the last, in a file and at a webhook', async () => {
    const { made, path, plantWith, asked } = await scene();
    const { told, url } = await hook(() => 204, asked);
    writeFileSync(join(path, 'url'), `${url}\n`);
    const log = join(path, 'shift-log.jsonl');
    const plant = plantWith([
      { file: log, required: true },
      { webhook: { file: 'url' }, required: true },
    ]);
    expect((await made.scan(plant)).map(({ outcome }) => outcome)).toEqual(['observed', 'observed']);
    expect(told.map(({ body, sent }) => [body.event, sent])).toEqual([
      ['begin', 0],
      ['end', 1],
    ]);
    expect(told[0]?.body).toMatchObject({ site: 'north', system: 'line', contact: 'ot-desk@example.com' });
    expect(told[0]?.body.targets).toMatchObject([{ asset: 'a', tier: 'T2' }]);
    expect(told[1]?.body.outcomes).toEqual({ observed: 2 });
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line): Told => JSON.parse(line));
    expect(lines.map(({ event }) => event)).toEqual(['begin', 'end']);
  });

  it.each([
    ['a webhook that refuses', 500, 'answered 500'],
    ['a webhook that leads elsewhere', 302, 'the address was not reached'],
  ])('SAF-50: %s: nothing is sent, documents are read, and its address is not told', async (_, status, why) => {
    const { made, path, plantWith, asked } = await scene();
    const { url } = await hook(() => status, asked);
    writeFileSync(join(path, 'url'), url);
    const seen = await made.scan(plantWith([{ webhook: { file: 'url' }, required: true }]));
    expect(seen).toMatchObject([
      { outcome: 'blocked', rule: 'SAF-50', detail: expect.stringContaining(why) },
      { outcome: 'observed', probe: 'doc' },
    ]);
    expect(asked()).toBe(0);
    expect(JSON.stringify(seen)).not.toContain('token-not-to-be-seen');
  });

  it('SAF-50: an address that is not there, or clear text to elsewhere, counts as not told', async () => {
    const { made, path, plantWith } = await scene();
    const blocked = async (notice: Notice, why: string) =>
      expect(await made.scan(plantWith([notice]))).toMatchObject([
        { outcome: 'blocked', rule: 'SAF-50', detail: expect.stringContaining(why) },
        {},
      ]);
    await blocked({ webhook: { file: 'none' }, required: true }, 'no such file');
    writeFileSync(join(path, 'url'), 'http://hooks.example/x');
    await blocked({ webhook: { file: 'url' }, required: true }, 'expected an https address');
    await blocked({ file: join(path, 'no-such-folder', 'log'), required: true }, 'ENOENT');
  });

  it('SAF-50: one that is not required holds nothing back, and its failure is told', async () => {
    const { made, path, plantWith } = await scene();
    const seen = await made.scan(plantWith([{ file: join(path, 'no-such-folder', 'log'), required: false }]));
    expect(seen.map(({ outcome }) => outcome)).toEqual(['observed', 'observed']);
    const missed = 'notice not delivered: site.notices[0]: ENOENT';
    expect(made.faults.map(({ message }) => message)).toEqual([missed, missed]);
  });
});
