/**
 * Who listens to what happens now: open dashboards, by server-sent events. State is in the store; kept here are only the
 * lines of probes that still run, which no observation holds yet, so that who comes later reads them from their start.
 */
import type { ServerResponse } from 'node:http';
import type { LiveEvent, ScanEvent } from './contract/api.ts';

export interface Live {
  tell(event: LiveEvent): void;
  tellScan(scan: string, event: ScanEvent): void;
  /** No probe of this scan runs any more, whatever it told. */
  scanEnded(scan: string): void;
  /** Turns a response into a stream of events until the client leaves. */
  stream(response: ServerResponse, scan?: string): void;
  close(): void;
}

/** A comment line often enough that proxies and browsers keep the connection. */
const keepAliveMs = 20_000;
/** Of one probe; the newest stay. */
const keptLines = 1000;

export function createLive(): Live {
  const everywhere = new Set<ServerResponse>();
  const byScan = new Map<string, Set<ServerResponse>>();
  const lines = new Map<string, Map<string, ScanEvent[]>>();
  const timer = setInterval(() => {
    for (const response of [...everywhere, ...[...byScan.values()].flatMap((each) => [...each])]) {
      response.write(': here\n\n');
    }
  }, keepAliveMs);
  timer.unref();

  return {
    tell(event) {
      for (const response of everywhere) send(response, event);
    },
    scanEnded: (scan) => void lines.delete(scan),
    tellScan(scan, event) {
      keep(lines, scan, event);
      for (const response of byScan.get(scan) ?? []) send(response, event);
    },
    stream(response, scan) {
      const audience = scan === undefined ? everywhere : (byScan.get(scan) ?? new Set());
      if (scan !== undefined) byScan.set(scan, audience);
      audience.add(response);
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write(': open\n\n');
      if (scan !== undefined) {
        for (const event of [...(lines.get(scan)?.values() ?? [])].flat()) send(response, event);
      }
      response.once('close', () => {
        audience.delete(response);
        if (scan !== undefined && audience.size === 0) byScan.delete(scan);
      });
    },
    close() {
      clearInterval(timer);
      for (const response of [...everywhere, ...[...byScan.values()].flatMap((each) => [...each])]) response.end();
    },
  };
}

function keep(lines: Map<string, Map<string, ScanEvent[]>>, scan: string, event: ScanEvent): void {
  if (event.kind === 'probe' && event.probe.state === 'ended') {
    lines.get(scan)?.delete(keyOf(event.probe));
  }
  if (event.kind !== 'line') return;
  const ofScan = lines.get(scan) ?? new Map<string, ScanEvent[]>();
  lines.set(scan, ofScan);
  const ofProbe = ofScan.get(keyOf(event)) ?? [];
  ofScan.set(keyOf(event), ofProbe);
  ofProbe.push(event);
  if (ofProbe.length > keptLines) ofProbe.shift();
}

function keyOf({ asset, probe }: { asset: string; probe: string }): string {
  return `${asset}/${probe}`;
}

function send(response: ServerResponse, event: LiveEvent | ScanEvent): void {
  response.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
}
