/** `rules coverage`, `rules new`, `rules crosswalk`: what the packs hold and what the installed product can see. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { collectors } from '../../collectors/registry.ts';
import { type CrosswalkQuery, queryCrosswalk } from '../../rules/engine/crosswalk.ts';
import { isPracticeCode, practiceCodes } from '../../rules/engine/model.ts';
import { type Coverage, coverageKinds, coverageOf, coveragePage, factsPage } from '../../rules/loader/coverage.ts';
import { loadCrosswalks } from '../../rules/loader/crosswalk.ts';
import { loadPack } from '../../rules/loader/load.ts';
import { writeNewRow } from '../../rules/loader/new-row.ts';
import { tableFacts } from '../../server/plant/asset-table.ts';
import { plantFileFacts } from '../../server/plant/plant-facts.ts';
import { UserError } from './end.ts';
import { printJson, say, table } from './print.ts';
import { openPack, shippedPack } from './product.ts';

/** What this installation can see, of the pack that ships or of another one. */
export function installedCoverage(folder = shippedPack): Coverage {
  return coverageOf(openPack(folder), collectors, new Set([...plantFileFacts, ...tableFacts]));
}

interface CoverageOptions {
  readonly rules?: string;
  readonly facts?: boolean;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

export async function coverage(options: CoverageOptions): Promise<number> {
  const found = installedCoverage(options.rules);
  if (options.json) printJson(found);
  else if (options.markdown) process.stdout.write(options.facts ? factsPage(found) : coveragePage(found));
  else if (options.facts) {
    const rows = found.facts.map(({ fact, best, by, derived, silent, underived }) => [
      fact,
      best,
      [...by, ...(derived ? ['derived'] : [])].join(' '),
      silent.length === 0 ? '' : `not by ${silent.join(', ')}${underived === undefined ? '' : `: ${underived}`}`,
    ]);
    for (const line of table([['fact', 'best way', 'by', ''], ...rows])) say(line);
  } else {
    const cells = (name: string, totals: Coverage['total']) => [
      name,
      String(totals.rows),
      ...coverageKinds.map((kind) => String(totals[kind])),
    ];
    const rows = found.practices.map((totals) => cells(totals.practice, totals));
    for (const line of table([['', 'rows', ...coverageKinds], ...rows, cells('all', found.total)])) say(line);
  }
  return 0;
}

interface NewOptions {
  readonly in: string;
  readonly fact?: string;
  readonly json?: boolean;
}

/** The row is added to a folder of one's own: an overlay on the pack that ships, or a pack that stands alone. */
export async function newRow(id: string, options: NewOptions): Promise<number> {
  const folder = resolve(options.in);
  const { fact } = options;
  if (!existsSync(join(folder, 'pack.yaml')))
    throw new UserError(`expected a folder with the pack.yaml of your overlay, found none in ${folder}`);
  const shipped = openPack();
  const sources = isOverlay(folder) ? { folder: shippedPack, overlays: [folder] } : { folder };
  const { pack } = loadPack(sources);
  const path = writeNewRow({ id, folder, packs: [shipped, pack], ...(fact === undefined ? {} : { fact }) });
  // What was written must load where it lies.
  loadPack(sources);
  if (options.json) printJson({ id, file: path });
  else say(`${path}: write its question, condition, numbers and cases, then run "plimsoll rules check" and "test".`);
  return 0;
}

/** An overlay says for whom it is. */
function isOverlay(folder: string): boolean {
  return /^scope:/m.test(readFileSync(join(folder, 'pack.yaml'), 'utf8'));
}

interface CrosswalkOptions {
  readonly practice?: string;
  readonly framework?: string;
  readonly json?: boolean;
}

export async function crosswalk(options: CrosswalkOptions): Promise<number> {
  const all = loadCrosswalks(resolve(shippedPack, '..', 'crosswalks'));
  const practice = options.practice?.toUpperCase();
  if (practice !== undefined && !isPracticeCode(practice))
    throw new UserError(`expected one of ${practiceCodes.join(', ')}, found "${options.practice}"`);
  const { framework } = options;
  if (framework !== undefined && !all.some(({ id, cite }) => id === framework || cite === framework))
    throw new UserError(`expected one of ${all.map(({ id }) => id).join(', ')}, found "${framework}"`);
  const query: CrosswalkQuery = {
    ...(practice === undefined ? {} : { practice }),
    ...(framework === undefined ? {} : { framework }),
  };
  const links = queryCrosswalk(all, query);
  if (options.json) printJson({ items: links, next: null });
  else {
    const rows = links.map(({ practice: code, level, cite, edition, id, status }) => [
      code,
      level === undefined ? '' : String(level),
      `${cite} ${id}`,
      edition,
      status,
    ]);
    for (const line of table([['practice', 'level', 'clause', 'edition', 'whose'], ...rows])) say(line);
  }
  return 0;
}
