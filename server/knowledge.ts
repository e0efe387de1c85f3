/** What the installed packs say beside their rows: level guide, crosswalks, known incidents. Read once at start. */
import { join } from 'node:path';
import type { Crosswalk } from '../rules/engine/crosswalk.ts';
import type { IncidentChain } from '../rules/engine/incident.ts';
import type { Pack } from '../rules/engine/pack.ts';
import { loadCrosswalks } from '../rules/loader/crosswalk.ts';
import { type Guide, loadGuide } from '../rules/loader/guide.ts';
import { loadIncidents } from '../rules/loader/incident.ts';

export interface Knowledge {
  readonly guide: Guide;
  readonly crosswalks: readonly Crosswalk[];
  readonly incidents: readonly IncidentChain[];
}

/** @throws {BadPack} with every problem of the first kind of content that does not load. */
export function openKnowledge(packs: string, pack: Pack): Knowledge {
  const rows = new Set(pack.byId.keys());
  return {
    guide: loadGuide(join(packs, pack.id, 'guide'), rows),
    crosswalks: loadCrosswalks(join(packs, 'crosswalks')),
    incidents: loadIncidents(join(packs, 'incidents'), rows),
  };
}
