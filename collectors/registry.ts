/**
 * The one list of collectors. Manifests are loaded with it; a collector's code only by `load()`, so that a run that
 * stays passive never loads code that connects.
 */

import { bacnetManifest } from './bacnet/manifest.ts';
import type { Collector, Look, Manifest, Setup } from './contract/collector.ts';
import { enipManifest } from './enip/manifest.ts';
import { modbusManifest } from './modbus/manifest.ts';
import { mqttManifest } from './mqtt/manifest.ts';
import { opcuaManifest } from './opcua/manifest.ts';
import { passiveManifest } from './passive/manifest.ts';
import { snmpManifest } from './snmp/manifest.ts';
import { sshManifest } from './ssh/manifest.ts';
import { tlsManifest } from './tls/manifest.ts';

export interface Registered {
  readonly manifest: Manifest;
  load(): Promise<Collector>;
}

export const collectors: readonly Registered[] = [
  register(mqttManifest, async () => (await import('./mqtt/collect.ts')).mqttCollector),
  register(tlsManifest, async () => (await import('./tls/collect.ts')).tlsCollector),
  register(opcuaManifest, async () => (await import('./opcua/collect.ts')).opcuaCollector),
  register(snmpManifest, async () => (await import('./snmp/collect.ts')).snmpCollector),
  register(sshManifest, async () => (await import('./ssh/collect.ts')).sshCollector),
  register(passiveManifest, async () => (await import('./passive/collect.ts')).passiveCollector),
  register(modbusManifest, async () => (await import('./modbus/collect.ts')).modbusCollector),
  register(enipManifest, async () => (await import('./enip/collect.ts')).enipCollector),
  register(bacnetManifest, async () => (await import('./bacnet/collect.ts')).bacnetCollector),
];

export function collectorOf(id: string): Registered | undefined {
  return collectors.find((entry) => entry.manifest.id === id);
}

/**
 * Puts a typed collector on the untyped list. Options pass its schema again at every call (which therefore must
 * accept its own output), and `collect` and `read` take only a record that `begin` of the same collector made.
 */
export function register<Options, Raw extends object>(
  manifest: Manifest<Options>,
  load: () => Promise<Collector<Options, Raw>>,
): Registered {
  const typed = <S extends Setup>(setup: S): S & { options: Options } => ({
    ...setup,
    options: manifest.options.parse(setup.options),
  });
  const erased: Manifest = {
    ...manifest,
    facts: (setup) => manifest.facts(typed(setup)),
    requests: (setup) => manifest.requests(typed(setup)),
    ...(manifest.gentle === undefined
      ? {}
      : { gentle: (options: unknown) => manifest.gentle?.(manifest.options.parse(options)) }),
    ...(manifest.labOnly === undefined
      ? {}
      : { labOnly: (options: unknown) => manifest.labOnly?.(manifest.options.parse(options)) }),
  };
  return {
    manifest: erased,
    async load() {
      const collector = await load();
      const records = new WeakMap<object, Raw>();
      const recordOf = (raw: unknown): Raw => {
        const record = typeof raw === 'object' && raw !== null ? records.get(raw) : undefined;
        if (record === undefined) throw new Error(`${manifest.id}: not a record that this collector began`);
        return record;
      };
      return {
        manifest: erased,
        begin() {
          const record = collector.begin();
          records.set(record, record);
          return record;
        },
        collect: (look, raw) =>
          collector.collect(withOptions(look, manifest.options.parse(look.options)), recordOf(raw)),
        ...(collector.timed === undefined
          ? {}
          : { timed: async (look) => collector.timed?.(withOptions(look, manifest.options.parse(look.options))) }),
        read: (raw, setup) => collector.read(recordOf(raw), typed(setup)),
      };
    },
  };
}

/** The same look with typed options; its methods keep their own `this`. */
function withOptions<Options>(look: Look, options: Options): Look<Options> {
  return {
    ...look,
    options,
    now: () => look.now(),
    request: (kind) => look.request(kind),
    identified: (maker) => look.identified(maker),
    alarmed: (what) => look.alarmed(what),
    sent: (bytes) => look.sent(bytes),
    received: (bytes) => look.received(bytes),
    note: (text) => look.note(text),
  };
}
