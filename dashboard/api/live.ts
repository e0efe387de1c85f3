/** Live updates by server-sent events: one stream for every open page, one per open scan. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LiveEvent, ScanEvent, ScanPage, StopState } from '../../server/contract/api.ts';
import { apiRoot } from './client.ts';

export interface Line {
  readonly key: string;
  readonly atMs: number;
  readonly text: string;
}

const keptLines = 2000;

/** What an assessment may change. */
const assessedKeys = [
  'overview',
  'practice',
  'indicator',
  'assets',
  'incidents',
  'raise',
  'what-if',
  'plan',
  'questions',
];

/** Keeps what is on screen true; says whether the stream stands. */
export function useLive(): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    const source = new EventSource(`${apiRoot}/events`);
    const stale = (...key: string[]) => void client.invalidateQueries({ queryKey: key });
    source.onopen = () => {
      setConnected(true);
      // What happened while the stream was down is asked for again.
      stale('systems');
      stale('stop');
    };
    source.onerror = () => setConnected(false);
    listen(source, ['scan', 'assessed', 'stop', 'decision'], (event: LiveEvent) => {
      switch (event.kind) {
        case 'scan':
          stale('systems');
          stale('overview', event.scan.system);
          stale('scans', event.scan.system);
          return;
        case 'assessed':
          for (const key of assessedKeys) stale(key, event.system);
          return;
        case 'stop':
          client.setQueryData<StopState>(['stop'], (before) => ({ ...before, stopped: event.stopped }));
          stale('stop');
          return;
        case 'decision':
          stale('overview', event.system);
          stale('practice', event.system, event.practice);
          return;
      }
    });
    return () => source.close();
  }, [client]);
  return connected;
}

/** Follows a scan while it runs: updates its page in place and gathers the lines of its transcripts. */
export function useScanStream(scan: string, running: boolean): { lines: readonly Line[]; assessed: boolean } {
  const client = useQueryClient();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [assessed, setAssessed] = useState(false);
  // Once joined it stays until the assessment that follows the last probe has been announced.
  const [joined, setJoined] = useState(running);
  if (running && !joined) setJoined(true);
  useEffect(() => {
    if (!joined) return;
    const source = new EventSource(`${apiRoot}/scans/${encodeURIComponent(scan)}/events`);
    const change = (next: (page: ScanPage) => ScanPage) =>
      client.setQueryData<ScanPage>(['scan', scan], (page) => (page === undefined ? page : next(page)));
    let opened = false;
    source.onopen = () => {
      if (opened) void client.invalidateQueries({ queryKey: ['scan', scan] });
      // The server sends the lines of running probes from their start; those of ended ones come with the evidence.
      setLines([]);
      opened = true;
    };
    source.onerror = () => {
      const state = client.getQueryData<ScanPage>(['scan', scan])?.scan.state;
      if (state !== 'running' && state !== 'waiting') source.close();
    };
    listen(source, ['scan', 'probe', 'line', 'assessed'], (event: ScanEvent) => {
      switch (event.kind) {
        case 'scan':
          change((page) => ({ ...page, scan: event.scan }));
          return;
        case 'probe': {
          const { asset, probe } = event.probe;
          change((page) => ({
            ...page,
            probes: page.probes.map((each) => (each.asset === asset && each.probe === probe ? event.probe : each)),
          }));
          return;
        }
        case 'line': {
          const line = { key: `${event.asset}/${event.probe}`, atMs: event.line.atMs, text: event.line.text };
          setLines((before) => [...before.slice(-keptLines), line]);
          return;
        }
        case 'assessed':
          setAssessed(true);
          source.close();
          return;
      }
    });
    return () => source.close();
  }, [client, scan, joined]);
  return { lines, assessed };
}

/** Events may come named by their kind or unnamed; the content is the same. */
function listen<E>(source: EventSource, kinds: readonly string[], then: (event: E) => void): void {
  const take = (message: MessageEvent<string>) => then(JSON.parse(message.data) as E);
  source.onmessage = take;
  for (const kind of kinds) source.addEventListener(kind, take);
}
