/** Puts the parts of a running product together: store, rule pack, plant, governor, queue. Server and agent meet here. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import type { Credential } from '../../collectors/contract/credential.ts';
import { collectors } from '../../collectors/registry.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import { loadPack } from '../../rules/loader/load.ts';
import { createAssessing } from '../../server/assessing.ts';
import { createAssessmentClock } from '../../server/assessment-clock.ts';
import { readCredential } from '../../server/contract/credentials.ts';
import type { Plant } from '../../server/contract/plant.ts';
import { openKnowledge } from '../../server/knowledge.ts';
import { createLive } from '../../server/live.ts';
import { metricsOf } from '../../server/metrics.ts';
import { openPacks, type Packs } from '../../server/packs.ts';
import { heldEvidence } from '../../server/passive-evidence.ts';
import { loadPlant } from '../../server/plant/load-plant.ts';
import type { Running } from '../../server/running.ts';
import { createScanQueue } from '../../server/scan-queue.ts';
import { appendAudit } from '../../server/store/audit.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { safetyMemory } from '../../server/store/safety-memory.ts';
import { markInterrupted } from '../../server/store/scans.ts';
import { checkSupplies, openSupplies } from '../../server/supplies.ts';
import { createScanner } from '../scanner.ts';
import { createSchedules, type Schedules } from '../scheduler.ts';

export const packsFolder = new URL('../../rules/packs', import.meta.url).pathname;
export const shippedPack = join(packsFolder, 'smm');

export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

/** One pack without any profile's rows. */
export function openPack(folder = shippedPack, overlays: readonly string[] = []): Pack {
  return loadPack({ folder, overlays }).pack;
}

/** A plant file with what the installed collectors and profiles know. @throws {BadInput} with every problem. */
export function readPlant(file: string, packs: Packs, now: Date): Plant {
  const manifests = collectors.map((entry) => entry.manifest);
  return packs.withTargets(
    loadPlant(file, { now, collectors: manifests, profiles: packs.profiles, ...signersNamed() }),
  );
}

/**
 * Who may sign target lists is for whoever starts the agent to say: not for the plant file, which they sign, and not for
 * an option that somebody may leave out of one command.
 */
export function signersNamed(): { signers?: string } {
  const signers = process.env.PLIMSOLL_SIGNERS;
  return signers === undefined || signers === '' ? {} : { signers };
}

/** `signed by ada@example.com (SHA256:...)` */
export function signedWords({ signedBy }: Pick<Plant, 'signedBy'>): string {
  if (signedBy !== undefined) return `signed by ${signedBy.name} (${signedBy.key})`;
  return 'not signed: no signers are named (PLIMSOLL_SIGNERS), so that none was looked for';
}

export interface ProductOptions {
  readonly plantFile: string;
  readonly data: string;
  readonly database?: string;
  readonly now?: () => Date;
  readonly log?: boolean;
  readonly demo?: Running['demo'];
  /** One scan from the command line: assessed as of `assessAt`, the plant file taken as said now. */
  readonly once?: { readonly assessAt?: Date };
}

export interface Product extends Running {
  readonly scheduler: Schedules;
  /** Assesses again when time alone changes the result, until the product closes. */
  keepAssessed(system: string): void;
  close(): Promise<void>;
}

/** @throws {BadInput} with every problem of plant, statements, imports and pack; nothing was contacted then. */
export async function openProduct(options: ProductOptions): Promise<Product> {
  const now = options.now ?? (() => new Date());
  const packs = openPacks(packsFolder);
  const manifests = collectors.map((entry) => entry.manifest);
  checkSupplies({ packs, plantFile: options.plantFile, collectors: manifests, now, ...signersNamed() });
  const store = await openStore({
    folder: options.data,
    ...(options.database === undefined ? {} : { url: options.database }),
  });
  try {
    return await assemble(options, { now, packs, store });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function assemble(
  options: ProductOptions,
  base: { now: () => Date; packs: Packs; store: Store },
): Promise<Product> {
  const { now, packs, store } = base;
  const log = pino({ level: options.log ? 'info' : 'silent', base: null }, pino.destination({ dest: 2, sync: false }));
  await markInterrupted(store.db, store.keyring, now().toISOString());
  const supplies = await openSupplies({
    store,
    packs,
    plantFile: options.plantFile,
    collectors: collectors.map((entry) => entry.manifest),
    now,
    ...signersNamed(),
  });
  const scanner = createScanner({
    registry: collectors,
    memory: safetyMemory(store.db),
    credential: credentialOf,
    folder: options.data,
    now: () => new Date(),
    signed: signersNamed().signers !== undefined,
    evidence: (plant, system, at) =>
      heldEvidence(store.db, system, {
        ...{ plant, instant: at.toISOString() },
        statements: supplies.current().statements,
        imports: supplies.current().imports,
        pack: packs.of(plant.systems.find(({ id }) => id === system) ?? {}),
      }),
    fault: (fault) => log.error({ fault }, 'the governor stopped a fault of ours'),
  });
  const live = createLive();
  const assessing = createAssessing({
    ...{ store, packs, supplies, live, log, now },
    plantSaidNow: options.once !== undefined,
  });
  const scans = createScanQueue({
    ...{ store, scanner, supplies, assessing, live, log, agent: agentName(), now },
    ...(options.once?.assessAt === undefined ? {} : { assessAt: options.once.assessAt }),
  });
  const scheduler = createSchedules({
    memory: safetyMemory(store.db),
    skipped: (system, at) => {
      scans
        .skipped(system, `missed at ${at.toISOString()}: the server did not run`)
        .catch((err: unknown) => log.error({ err, system }, 'skipped scan not recorded'));
    },
    due: (system) => {
      scans.start(system, 'schedule').catch(async (error: unknown) => {
        log.info({ system, err: error }, 'scheduled scan skipped');
        await scans.skipped(system, error instanceof Error ? error.message : 'could not start');
      });
    },
  });
  const running: Running = {
    ...{
      log,
      store,
      packs,
      knowledge: openKnowledge(packsFolder, packs.base),
      collectors: new Set(collectors.map(({ manifest }) => manifest.id)),
      live,
      scanner,
      supplies,
      assessing,
      scans,
      now,
    },
    version: productVersion(),
    ...(options.demo === undefined ? {} : { demo: options.demo }),
    schedules: (system) => scheduler.times(system),
    audit: (action, actor, about = {}) =>
      appendAudit(store.db, store.keyring, { at: now().toISOString(), actor, action, ...about }),
    ready: async () => {
      await store.db.selectFrom('settings').select('key').limit(1).execute();
      return true;
    },
    metrics: () => metricsOf(running),
  };
  const clock = createAssessmentClock({ assessing, log, now });
  return {
    ...running,
    scheduler,
    keepAssessed: (system) => clock.watch(system),
    async close() {
      clock.close();
      scheduler.close();
      await scans.close();
      live.close();
      await scanner.close();
      await store.close();
    },
  };
}

/** Ids that statements may name. */
export function indicatorsOf(packs: Packs, plant: Plant): ReadonlySet<string> {
  return new Set(plant.systems.flatMap((system) => [...packs.of(system).byId.keys()]));
}

/** Read at the moment of use; paths are relative to the plant file. */
export function credentialOf(plant: Plant, name: string): Credential {
  const source = plant.credentials[name];
  if (source === undefined) throw new Error(`no credential ${name} in the plant file`);
  return readCredential(source, { folder: dirname(plant.file) });
}

/** One agent per machine until agents are named in zones: letters, digits and dashes. */
function agentName(): string {
  return (
    hostname()
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'agent'
  );
}
