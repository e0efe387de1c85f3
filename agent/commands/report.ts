/** Two printed pages for an owner and a work list per asset. Contacts nothing. */
import { writeFileSync } from 'node:fs';
import { collectors } from '../../collectors/registry.ts';
import { assessInput } from '../../server/plant/assess-input.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { loadPlant } from '../../server/plant/load-plant.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { readObservations, type Seen } from '../../server/plant/observation-lines.ts';
import { withPromises } from '../../server/plant/promised.ts';
import { workCsv } from '../../server/report/csv.ts';
import { reportHtml } from '../../server/report/html.ts';
import { reportFrom } from '../../server/report/report.ts';
import { openStore } from '../../server/store/open.ts';
import { observationsAsOf } from '../../server/store/readings.ts';
import { UserError } from './end.ts';
import { note, printJson } from './print.ts';
import { openPack } from './product.ts';

export interface ReportOptions {
  readonly html?: boolean;
  readonly json?: boolean;
  readonly system?: string;
  readonly observations?: string;
  readonly data?: string;
  readonly out?: string;
  readonly csv?: string;
  readonly now?: Date;
}

export async function report(plantFile: string, options: ReportOptions): Promise<number> {
  const now = options.now ?? new Date();
  if (options.observations !== undefined && options.data !== undefined)
    throw new UserError('expected either --observations or --data, found both');
  const pack = openPack();
  const manifests = collectors.map((entry) => entry.manifest);
  const plant = loadPlant(plantFile, { now, collectors: manifests });
  const systems = plant.systems.filter(({ id }) => options.system === undefined || id === options.system);
  if (systems.length === 0)
    throw new UserError(
      `expected --system with one of ${plant.systems.map(({ id }) => id).join(', ')}, found ${options.system ?? 'none'}`,
    );
  const statements = loadStatements(plant, { indicators: new Set(pack.byId.keys()) });
  const imports = loadFactImports(plant);
  const seen = await observed();
  const observations = withPromises(seen, plant, manifests);
  const reports = systems.map(({ id }) =>
    reportFrom(pack, assessInput(plant, id, { now, evidence: { observations, statements, imports } })),
  );
  if (options.csv !== undefined) write(options.csv, workCsv(reports));
  if (options.out !== undefined) write(options.out, reportHtml(reports));
  if (options.json) printJson({ reports });
  else if (options.out === undefined && (options.html || options.csv === undefined))
    process.stdout.write(reportHtml(reports));
  return 0;

  async function observed(): Promise<readonly Seen[]> {
    if (options.observations !== undefined) return readObservations(options.observations, plant, now).seen;
    if (options.data === undefined) return [];
    const store = await openStore({ folder: options.data });
    try {
      return await observationsAsOf(store.db, { systems: plant.systems.map(({ id }) => id) }, now.toISOString());
    } finally {
      await store.close();
    }
  }
}

function write(file: string, content: string): void {
  writeFileSync(file, content);
  note(`Written: ${file}`);
}
