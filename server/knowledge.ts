/** What the installed packs say beside their rows: guide, crosswalks, incidents, tags of trustworthiness. Read at start. */
import { join } from 'node:path';
import type { Crosswalk } from '../rules/engine/crosswalk.ts';
import type { IncidentChain } from '../rules/engine/incident.ts';
import type { Pack } from '../rules/engine/pack.ts';
import type { TrustworthinessTags } from '../rules/engine/trustworthiness.ts';
import { loadCrosswalks } from '../rules/loader/crosswalk.ts';
import { type Guide, loadGuide } from '../rules/loader/guide.ts';
import { loadIncidents } from '../rules/loader/incident.ts';
import { loadTrustworthiness } from '../rules/loader/trustworthiness.ts';

export interface Knowledge {
  readonly guide: Guide;
  readonly crosswalks: readonly Crosswalk[];
  readonly incidents: readonly IncidentChain[];
  /** Which rows serve another side of trustworthiness beside security. */
  readonly trustworthiness: TrustworthinessTags;
}

/** @throws {BadPack} with every problem of the first kind of content that does not load. */
export function openKnowledge(packs: string, pack: Pack): Knowledge {
  const rows = new Set(pack.byId.keys());
  return {
    guide: loadGuide(join(packs, pack.id, 'guide'), rows),
    crosswalks: loadCrosswalks(join(packs, 'crosswalks')),
    incidents: loadIncidents(join(packs, 'incidents'), rows),
    trustworthiness: loadTrustworthiness(join(packs, pack.id, 'trustworthiness.yaml'), rows),
  };
}
