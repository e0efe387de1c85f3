import { checkPack, explainRow, runCases } from '../../rules/loader/check.ts';
import { type LoadedPack, loadPack } from '../../rules/loader/load.ts';
import { UserError } from './end.ts';
import { printJson, say } from './print.ts';
import { shippedPack } from './product.ts';

interface RulesOptions {
  readonly rules?: string;
  readonly json?: boolean;
}

export async function check(options: RulesOptions): Promise<number> {
  const report = checkPack(options.rules ?? shippedPack);
  if (options.json) printJson(report);
  else if (report.ok)
    say(`${report.pack} ${report.version}: ${report.indicators.length} indicators, sound. ${report.hash}`);
  else
    for (const { file, line, expected, found } of report.errors)
      say(`${file}:${line} expected ${expected}, found ${found}`);
  return report.ok ? 0 : 2;
}

export async function test(indicator: string | undefined, options: RulesOptions): Promise<number> {
  const report = runCases(casesOf(loadPack({ folder: options.rules ?? shippedPack }), indicator));
  if (options.json) printJson(report);
  else {
    for (const each of report.failed)
      say(`${each.indicator}: ${each.case}\n  expected ${each.expected}\n  found    ${each.found}`);
    say(`${report.cases} cases, ${report.failed.length} failed`);
  }
  return report.ok ? 0 : 1;
}

/** Only one row's cases, where one is named. */
function casesOf(loaded: LoadedPack, indicator: string | undefined): LoadedPack {
  if (indicator === undefined) return loaded;
  if (!loaded.pack.byId.has(indicator)) throw unknown(indicator);
  return { ...loaded, cases: loaded.cases.filter(({ row }) => row === indicator), systemCases: [] };
}

function unknown(indicator: string): UserError {
  return new UserError(
    `expected the id of an indicator, found "${indicator}". "plimsoll rules check --json" lists them.`,
  );
}

export async function explain(indicator: string, options: RulesOptions): Promise<number> {
  const row = explainRow(loadPack({ folder: options.rules ?? shippedPack }), indicator);
  if (row === undefined)
    throw new UserError(
      `expected the id of an indicator, found "${indicator}". "plimsoll rules check --json" lists them.`,
    );
  if (options.json) {
    printJson(row);
    return 0;
  }
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    say(
      `${name.padEnd(14)} ${typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}`,
    );
  }
  return 0;
}
