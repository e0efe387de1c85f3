/** A plant on loopback, real servers that count what reaches them, and collectors that behave as badly as they like. */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fault } from '../../agent/governor/governor.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { infrastructure } from '../../agent/governor/sockets.ts';
import { createScanner, type GovernedScanner, type ScannerOptions } from '../../agent/scanner.ts';
import type { Look, Manifest, RequestBound, Tier } from '../../collectors/contract/collector.ts';
import type { AssetObservation, TranscriptLine } from '../../collectors/contract/observation.ts';
import type { FactName, FactsDraft } from '../../collectors/contract/vocabulary.ts';
import { type Registered, register } from '../../collectors/registry.ts';
import type { Asset, Plant, Probe, Zone } from '../../server/contract/plant.ts';
import type { PlannedProbe, ScanHooks } from '../../server/contract/scanner.ts';
import { temporaryFolder } from '../support/program.ts';

export interface Fake {
  readonly id?: string;
  readonly schemes?: readonly string[];
  readonly requests?: readonly RequestBound[];
  readonly facts?: Partial<Record<FactName, Tier>>;
  readonly tests?: readonly string[];
  readonly deadlineMs?: number;
  readonly optIn?: true;
  /** Kind of the requests that time its answers. */
  readonly baseline?: string;
  /** Called when its code is loaded. */
  loaded?(): void;
  collect?(look: Look, seen: FactsDraft): Promise<void>;
}

export function fakeCollector(fake: Fake = {}): Registered {
  const manifest: Manifest = {
    id: fake.id ?? 'tls',
    title: 'A collector of the test',
    version: '1.0.0',
    schemes: fake.schemes ?? ['tls', 'file'],
    defaultPort: { tls: 443, modbus: 502 },
    options: z.unknown(),
    credentials: ['password', 'certificate'],
    tests: fake.tests ?? [],
    ...(fake.optIn === undefined ? {} : { optIn: fake.optIn }),
    ...(fake.baseline === undefined ? {} : { baseline: fake.baseline }),
    facts: () => fake.facts ?? { 'service.listening': 'T2' },
    requests: ({ scheme }) => (scheme === 'file' ? [] : (fake.requests ?? [{ kind: 'tcp.connect', max: 5 }])),
    deadlineMs: fake.deadlineMs ?? 5000,
  };
  return register(manifest, async () => {
    fake.loaded?.();
    return {
      manifest,
      begin: (): { seen: FactsDraft } => ({ seen: {} }),
      async collect(look, raw) {
        await fake.collect?.(look, raw.seen);
      },
      async timed(look) {
        (await look.request(fake.baseline ?? ''))();
      },
      read: (raw) => ({ facts: raw.seen }),
    };
  });
}

export interface Listening {
  readonly port: number;
  /** Connections that reached it so far. */
  readonly reached: Socket[];
  /** Those open now. */
  open(): number;
  close(): Promise<void>;
}

/** A TCP server that counts; by default it says nothing. */
export function listen(onSocket: (socket: Socket) => void = () => {}, host = '127.0.0.1'): Promise<Listening> {
  const reached: Socket[] = [];
  const server = createServer((socket) => {
    reached.push(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('no port'));
      resolve({
        port: address.port,
        reached,
        open: () => reached.filter((socket) => !socket.destroyed).length,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of reached) socket.destroy();
          }),
      });
    });
  });
}

export function probeOf(port: number, more: Partial<Probe> = {}): Probe {
  return { id: 'tls', collector: 'tls', url: `tls://127.0.0.1:${port}`, options: {}, ...more };
}

export function assetOf(id: string, more: Partial<Asset> = {}): Asset {
  return {
    id,
    name: id,
    formerly: [],
    kind: 'server',
    zone: 'cell',
    criticality: 'normal',
    safetyFunction: false,
    type: 'type-1',
    interfaces: [],
    maxTier: 'T4',
    lab: false,
    probes: [],
    stated: {},
    at: 'plant.yaml:1',
    ...more,
  };
}

export function zoneWith(more: Partial<Zone> = {}): Zone {
  return {
    id: 'cell',
    name: 'Cell',
    touch: 'read',
    windows: [],
    blackouts: [],
    link: 'ethernet',
    stopContact: '+49 1',
    stopProcedure: '/stop.pdf',
    ...more,
  };
}

export function plantOf(assets: readonly Asset[], more: Partial<Plant> = {}): Plant {
  const ids = assets.map(({ id }) => id);
  return {
    file: '/plant/plant.yaml',
    hash: 'sha256:plant',
    organisation: { id: 'own', name: 'Own' },
    site: { id: 'north', name: 'North', timeZone: 'Europe/Berlin', contact: 'ot-desk@example.com' },
    trust: [],
    credentials: {},
    types: [],
    zones: [zoneWith()],
    conduits: [],
    systems: [{ id: 'line', name: 'Line', role: 'owner', owners: {}, targets: {}, assets: ids, organisations: [] }],
    assets,
    organisations: [],
    retired: [],
    consents: [],
    statements: [],
    imports: [],
    assumed: [],
    ...more,
  };
}

/** A Tuesday, noon in Berlin. */
export const noon = new Date('2026-11-24T11:00:00Z');

export interface Bench {
  readonly scanner: GovernedScanner;
  readonly faults: Fault[];
  readonly started: PlannedProbe[];
  readonly lines: TranscriptLine[];
  /** Plans and runs the system `line`; observations in the order in which they came. */
  scan(plant: Plant, signal?: AbortSignal): Promise<AssetObservation[]>;
  close(): Promise<void>;
}

/** A scanner with nothing real behind it but loopback. */
export function bench(registry: readonly Registered[], more: Partial<ScannerOptions> = {}): Bench {
  const faults: Fault[] = [];
  const started: PlannedProbe[] = [];
  const lines: TranscriptLine[] = [];
  const folder = temporaryFolder('agent');
  const now = more.now ?? (() => noon);
  const scanner = createScanner({
    registry,
    memory: volatileMemory(),
    credential: () => {
      throw new Error('no credential in this test');
    },
    folder: join(folder.path, 'keys'),
    fault: (fault) => faults.push(fault),
    clock: () => ({ state: 'synchronised', at: now().toISOString() }),
    ...more,
    now,
  });
  return {
    scanner,
    faults,
    started,
    lines,
    async scan(plant, signal = new AbortController().signal) {
      const observations: AssetObservation[] = [];
      const hooks: ScanHooks = {
        started: (probe) => void started.push(probe),
        line: (_, line) => void lines.push(line),
        observed: async (_, observation) => void observations.push(observation),
      };
      await scanner.run(plant, await scanner.plan(plant, 'line', now()), hooks, signal);
      return observations;
    },
    async close() {
      await scanner.close();
      folder.remove();
    },
  };
}

export { infrastructure };
