/** Two printed pages for an owner and a work list per asset. Contacts nothing. */
import { writeFileSync } from 'node:fs';
import { workCsv } from '../../server/report/csv.ts';
import { reportHtml } from '../../server/report/html.ts';
import { reportFrom } from '../../server/report/report.ts';
import { note, printJson } from './print.ts';
import { openInputs } from './saved-evidence.ts';

export interface ReportOptions {
  readonly html?: boolean;
  readonly json?: boolean;
  readonly system?: string;
  readonly observations?: string;
  readonly data?: string;
  readonly previous?: string;
  readonly out?: string;
  readonly csv?: string;
  readonly now?: Date;
}

export async function report(plantFile: string, options: ReportOptions): Promise<number> {
  const { inputs } = await openInputs(plantFile, { ...options, saidIsEnough: true });
  const reports = inputs.map(({ pack, input, decisions }) => reportFrom(pack, input, decisions));
  if (options.csv !== undefined) write(options.csv, workCsv(reports));
  if (options.out !== undefined) write(options.out, reportHtml(reports));
  if (options.json) printJson({ reports });
  else if (options.out === undefined && (options.html || options.csv === undefined))
    process.stdout.write(reportHtml(reports));
  return 0;
}

function write(file: string, content: string): void {
  writeFileSync(file, content);
  note(`Written: ${file}`);
}
