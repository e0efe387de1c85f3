/** Who listens to what happens now: open dashboards, by server-sent events. Nothing is kept; state is in the store. */
import type { ServerResponse } from 'node:http';
import type { LiveEvent, ScanEvent } from './contract/api.ts';

export interface Live {
  tell(event: LiveEvent): void;
  tellScan(scan: string, event: ScanEvent): void;
  /** Turns a response into a stream of events until the client leaves. */
  stream(response: ServerResponse, scan?: string): void;
  close(): void;
}

/** A comment line often enough that proxies and browsers keep the connection. */
const keepAliveMs = 20_000;

export function createLive(): Live {
  const everywhere = new Set<ServerResponse>();
  const byScan = new Map<string, Set<ServerResponse>>();
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
    tellScan(scan, event) {
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

function send(response: ServerResponse, event: LiveEvent | ScanEvent): void {
  response.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
}
