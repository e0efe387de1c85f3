/** Types, zones and conduits of the plant file. */

import { parseNetwork } from '../../rules/derive/address.ts';
import type { AssetType, Conduit, Zone } from '../contract/plant.ts';
import { conduitSchema, heartbeatSchema, typeSchema, zoneSchema } from '../contract/plant-file.ts';
import { blackoutSyntax, parseBlackout, parseWindow, windowSyntax } from '../contract/windows.ts';
import { beside, endInstant, type Loading, noteTwice, orAssume } from './loading.ts';
import { present } from './present.ts';
import { nearest, type Path } from './reader.ts';

/** Ids that the file describes; `declared` is false when it has no such section, so that every id goes. */
export interface Described {
  readonly ids: ReadonlySet<string>;
  readonly declared: boolean;
}

export function loadTypes(loading: Loading): AssetType[] {
  return listOf(loading, 'types', (path) => {
    const { id, capabilities, fragile } = loading.reader.fields(typeSchema, path);
    const supportEnds = endInstant(loading, loading.reader, [...path, 'supportEnds']);
    return id === undefined ? undefined : present({ id, capabilities, supportEnds, fragile });
  });
}

export function loadZones(loading: Loading): Zone[] {
  const { reader } = loading;
  return listOf(loading, 'zones', (path) => {
    const zone = reader.fields(zoneSchema, path);
    const windows = zone.windows ?? [];
    const blackouts = zone.blackouts ?? [];
    for (const key of ['windows', 'shifts'] as const) {
      for (const [index, each] of (zone[key] ?? []).entries()) {
        if (parseWindow(each) === undefined) reader.note([...path, key, index], windowSyntax);
      }
    }
    for (const [index, each] of blackouts.entries()) {
      if (parseBlackout(each) === undefined) reader.note([...path, 'blackouts', index], blackoutSyntax);
    }
    for (const [index, each] of (zone.networks ?? []).entries()) {
      if (parseNetwork(each) === undefined) {
        reader.note([...path, 'networks', index], 'a network such as 10.1.2.0/24 or fd00:1::/64');
      }
    }
    if (zone.agent !== undefined) {
      reader.note([...path, 'agent'], 'no such key yet: agents per zone are not supported yet');
    }
    if (zone.id === undefined) return undefined;
    orAssume<string>(loading, zone.touch, { path: [...path, 'touch'], value: 'passive, on loopback read' });
    return present({
      id: zone.id,
      name: orAssume(loading, zone.name, { path: [...path, 'name'], value: zone.id }),
      type: zone.type,
      exposed: zone.exposed,
      networks: zone.networks,
      touch: zone.touch,
      otIdentity: zone.otIdentity,
      windows,
      blackouts,
      link: orAssume(loading, zone.link, { path: [...path, 'link'], value: 'ethernet' as const }),
      shifts: zone.shifts,
      bytesPerDay: zone.bytesPerDay,
      holdFile: zone.holdFile === undefined ? undefined : beside(loading, zone.holdFile),
      heartbeat: readHeartbeat(loading, [...path, 'heartbeat']),
      stopContact: zone.stopContact,
      stopProcedure: zone.stopProcedure === undefined ? undefined : beside(loading, zone.stopProcedure),
    });
  });
}

function readHeartbeat(loading: Loading, path: Path): Zone['heartbeat'] {
  const { reader } = loading;
  if (reader.at(path) === undefined) return undefined;
  const { file, min, max, maxAgeSeconds } = reader.fields(heartbeatSchema, path);
  if (file === undefined) return undefined;
  if (min === undefined && max === undefined) reader.note(path, 'min, max or both: the band of a healthy process');
  if (min !== undefined && max !== undefined && min > max)
    reader.note([...path, 'max'], `at least min, which is ${min}`);
  return present({ file: beside(loading, file), min, max, maxAgeSeconds: maxAgeSeconds ?? 60 });
}

export function loadConduits(loading: Loading, zones: Described): Conduit[] {
  const { reader } = loading;
  return listOf(loading, 'conduits', (path) => {
    const { id, from, to } = reader.fields(conduitSchema, path);
    noteUnknown(loading, zones, { path: [...path, 'from'], id: from, what: 'zone' });
    noteUnknown(loading, zones, { path: [...path, 'to'], id: to, what: 'zone' });
    if (from !== undefined && from === to) reader.note([...path, 'to'], 'another zone than from');
    return id === undefined || from === undefined || to === undefined ? undefined : { id, from, to };
  });
}

/** Notes a reference that leads nowhere, if the file describes such things at all. */
export function noteUnknown(
  loading: Loading,
  described: Described,
  reference: { path: Path; id: string | undefined; what: string },
): void {
  const { id, path, what } = reference;
  if (id === undefined || !described.declared || described.ids.has(id)) return;
  const ids = [...described.ids];
  loading.reader.note(path, `the id of a ${what} of this file`, `"${id}"`, nearest(id, ids));
}

function listOf<T extends { readonly id: string }>(
  loading: Loading,
  key: string,
  read: (path: Path) => T | undefined,
): T[] {
  const items: T[] = [];
  const ids: { id: string; reader: Loading['reader']; path: Path }[] = [];
  for (let index = 0; index < loading.reader.length([key]); index += 1) {
    const item = read([key, index]);
    if (item === undefined) continue;
    items.push(item);
    ids.push({ id: item.id, reader: loading.reader, path: [key, index, 'id'] });
  }
  noteTwice(ids, key.slice(0, -1));
  return items;
}
