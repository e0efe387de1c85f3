import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { ScanEvent, ScanProbe } from '../../server/contract/api.ts';
import { createLive, type Live } from '../../server/live.ts';

let live: Live;
let server: Server;

afterEach(() => {
  live.close();
  server.close();
  server.closeAllConnections();
});

async function start(): Promise<string> {
  live = createLive();
  server = createServer((request, response) => live.stream(response, request.url?.slice(1)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Events from the moment of connecting until one of this kind and asset. */
async function eventsUntil(url: string, ends: (event: ScanEvent) => boolean): Promise<ScanEvent[]> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const events: ScanEvent[] = [];
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (data !== undefined) events.push(JSON.parse(data) as ScanEvent);
    }
    if (events.some(ends)) return events;
  }
  return events;
}

const line = (asset: string, text: string): ScanEvent => ({
  kind: 'line',
  asset,
  probe: 'mqtt',
  line: { atMs: 1, text },
});
const ended = (asset: string): ScanEvent => {
  const probe: ScanProbe = {
    ...{ asset, assetName: asset, zone: 'cell', probe: 'mqtt', collector: 'mqtt', target: 'mqtt://127.0.0.1:1' },
    ...{ tier: 'T2', state: 'ended', outcome: 'observed', planned: [] },
  };
  return { kind: 'probe', probe };
};
const textsOf = (events: readonly ScanEvent[]) =>
  events.flatMap((event) => (event.kind === 'line' ? [`${event.asset}: ${event.line.text}`] : []));
const isLast = (event: ScanEvent) => event.kind === 'line' && event.line.text === 'last';

it('tells who joins a scan late the earlier lines of probes that still run, and of no others', async () => {
  const url = await start();
  live.tellScan('scan-1', line('broker', 'CONNECT'));
  live.tellScan('scan-1', line('switch', 'GET'));
  live.tellScan('scan-1', ended('switch'));
  live.tellScan('scan-2', line('robot', 'HELLO'));
  live.tellScan('scan-1', line('broker', 'last'));
  expect(textsOf(await eventsUntil(`${url}/scan-1`, isLast))).toEqual(['broker: CONNECT', 'broker: last']);
});

it('keeps the newest 1000 lines of a probe, and none once its scan has ended', async () => {
  const url = await start();
  for (let i = 0; i < 1200; i += 1) live.tellScan('scan-1', line('broker', String(i)));
  live.tellScan('scan-1', line('broker', 'last'));
  const texts = textsOf(await eventsUntil(`${url}/scan-1`, isLast));
  expect(texts).toHaveLength(1000);
  expect(texts[0]).toBe('broker: 201');
  live.scanEnded('scan-1');
  const joined = eventsUntil(`${url}/scan-1`, isLast);
  const told = setInterval(() => live.tellScan('scan-1', line('late', 'last')), 20);
  expect(new Set(textsOf(await joined))).toEqual(new Set(['late: last']));
  clearInterval(told);
});
