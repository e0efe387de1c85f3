/** One probe of one target that a person named: an allow-list of one, under the same governor as every scan. */
import { resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tier } from '../collectors/contract/collector.ts';
import type { Observation } from '../collectors/contract/observation.ts';
import type { Registered } from '../collectors/registry.ts';
import type { Asset, Consent, CredentialSource, Plant, Problem, Zone } from '../server/contract/plant.ts';
import { otProtocols } from '../server/contract/plant.ts';
import { BadInput } from '../server/contract/problem.ts';
import { createGovernor } from './governor/governor.ts';
import { ownMemory } from './governor/memory.ts';
import { type PlanOptions, planPermits } from './plan.ts';
import { runProbe } from './runner.ts';
import { type ScannerOptions, warn } from './scanner.ts';
import { parseTarget, systemResolve } from './target.ts';

export interface HandProbe {
  readonly collector: string;
  readonly url: string;
  /** How far to go: T3 unless said otherwise; T4 typed by hand is the consent of the person who typed it. */
  readonly tier?: Tier;
  readonly options?: Readonly<Record<string, unknown>>;
  /** The person at the keyboard. */
  readonly by: string;
  readonly credential?: { readonly name: string; readonly source: CredentialSource };
  /** The file that names the credential: paths in it are relative to its folder. */
  readonly credentialsFile?: string;
  /** PEM anchors. */
  readonly trust?: readonly string[];
}

const here = 'by-hand';
const hourMs = 3_600_000;

/** @throws {BadInput} with every problem of what was typed; nothing was contacted then. */
export async function collectOne(
  asked: HandProbe,
  options: ScannerOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<Observation> {
  const { plant, asset } = plantByHand(asked, options);
  const memory = ownMemory(options.memory);
  const governor = createGovernor({ memory, now: options.now, fault: options.fault ?? warn });
  try {
    const planning: PlanOptions = {
      now: options.now(),
      registry: options.registry,
      memory,
      resolve: options.resolve ?? systemResolve,
      byHand: true,
    };
    const [permit] = await planPermits(plant, here, planning);
    if (permit === undefined) throw new Error(`${asset.id}: no probe was planned`);
    const { credential, folder, now } = options;
    const run = { plant, system: here, permit, signal };
    const { system: _, asset: __, ...observation } = await runProbe(run, { governor, memory, credential, folder, now });
    return observation;
  } finally {
    await governor.close();
  }
}

function plantByHand(asked: HandProbe, options: ScannerOptions): { plant: Plant; asset: Asset } {
  const registered = options.registry.find(({ manifest }) => manifest.id === asked.collector);
  const problems: Problem[] = [];
  const note = (path: string, expected: string, found: string) =>
    problems.push({ file: 'collect', line: 0, path, expected, found });
  if (registered === undefined) {
    note('collector', `one of ${options.registry.map(({ manifest }) => manifest.id).join(', ')}`, asked.collector);
    throw new BadInput(problems);
  }
  const { manifest } = registered;
  const url = asked.url.startsWith('file:') ? fileUrl(asked.url) : asked.url;
  const target = parseTarget(url, manifest, '/');
  if (typeof target === 'string') {
    const [expected = target, found = ''] = target.replace(/^expected /, '').split(', found ');
    note('url', expected, found);
  }
  const parsed = manifest.options.safeParse(asked.options ?? {});
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) note(`option.${key}`, `an option of ${manifest.id}`, key);
    } else {
      note(
        ['option', ...path].join('.'),
        issue.message.replace(/^.*?expected /, ''),
        shown(valueAt(asked.options, path)),
      );
    }
  }
  const kind = asked.credential?.source.kind;
  if (kind !== undefined && !manifest.credentials.includes(kind)) {
    const taken = manifest.credentials.length === 0 ? 'no credential' : `one of ${manifest.credentials.join(', ')}`;
    note('credential', taken, kind);
  }
  if (problems.length > 0) throw new BadInput(problems);
  const port = typeof target === 'string' ? 0 : target.port;
  return plantOf(asked, { registered, url, port, options: parsed.data, now: options.now() });
}

function plantOf(
  asked: HandProbe,
  given: { registered: Registered; url: string; port: number; options: unknown; now: Date },
): { plant: Plant; asset: Asset } {
  const { registered, url, port, options, now } = given;
  const { id, optIn } = registered.manifest;
  const name = asked.credential?.name;
  const asset: Asset = {
    id: here,
    name: url,
    formerly: [],
    kind: 'server',
    zone: here,
    criticality: 'normal',
    safetyFunction: false,
    type: here,
    // Who types collector, host and port says by it that this port speaks that protocol.
    interfaces: optIn === undefined ? [] : [{ port, transport: id === 'bacnet' ? 'udp' : 'tcp', protocol: id }],
    maxTier: asked.tier ?? 'T3',
    lab: false,
    probes: [{ id: asked.collector, collector: asked.collector, url, options, ...(name ? { credential: name } : {}) }],
    stated: {},
    at: 'command line',
  };
  // The person who typed it watches and can stop it: contact and procedure in one.
  const person = { stopContact: asked.by, stopProcedure: 'interrupt the command' };
  const otIdentity = optIn === undefined ? {} : { otIdentity: otProtocols.filter((protocol) => protocol === id) };
  const open = { touch: 'read', windows: [], blackouts: [], link: 'ethernet', ...otIdentity } as const;
  const zone: Zone = { id: here, name: here, ...open, ...person };
  const consent: Consent = {
    id: `typed by ${asked.by}`,
    system: here,
    assets: [here],
    tests: registered.manifest.tests,
    by: asked.by,
    reason: 'typed by hand',
    on: now.toISOString(),
    until: new Date(now.getTime() + hourMs).toISOString(),
  };
  const plant: Plant = {
    file: asked.credentialsFile ?? resolvePath('collect'),
    hash: here,
    organisation: { id: here, name: here },
    site: { id: here, name: here, timeZone: 'UTC', contact: asked.by },
    trust: asked.trust ?? [],
    credentials: asked.credential === undefined ? {} : { [asked.credential.name]: asked.credential.source },
    types: [],
    zones: [zone],
    conduits: [],
    systems: [{ id: here, name: here, role: 'owner', owners: {}, targets: {}, assets: [here], organisations: [] }],
    assets: [asset],
    organisations: [],
    retired: [],
    consents: asked.tier === 'T4' && consent.tests.length > 0 ? [consent] : [],
    statements: [],
    imports: [],
    assumed: [],
  };
  return { plant, asset };
}

/** A document named on the command line lies relative to where the command was typed. */
function fileUrl(url: string): string {
  return url.startsWith('file://') ? url : pathToFileURL(resolvePath(url.slice('file:'.length))).href;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (held, key) => (typeof held === 'object' && held !== null ? Reflect.get(held, key) : undefined),
    value,
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
