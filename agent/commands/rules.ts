import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import { explain as explainTrace } from '../../rules/engine/explain.ts';
import { isPracticeCode, type PracticeCode } from '../../rules/engine/model.ts';
import { indicatorText, practiceText } from '../../rules/explain/practice-text.ts';
import { checkPack, explainRow, runCases } from '../../rules/loader/check.ts';
import { type LoadedPack, loadPack } from '../../rules/loader/load.ts';
import { openPacks } from '../../server/packs.ts';
import { present } from '../../server/plant/present.ts';
import { UserError } from './end.ts';
import { note, printJson, say } from './print.ts';
import { packsFolder, shippedPack } from './product.ts';
import { openInputs } from './saved-evidence.ts';

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
    `expected the id of an indicator or the code of a practice, found "${indicator}". "plimsoll rules check --json" lists them.`,
  );
}

interface ExplainOptions extends RulesOptions {
  readonly plant?: string;
  readonly observations?: string;
  readonly data?: string;
  readonly system?: string;
  readonly now?: Date;
}

/** A row or a practice: what it asks, or with a plant why it stands as it does there. */
export async function explain(what: string, options: ExplainOptions): Promise<number> {
  const code = what.toUpperCase();
  if (options.plant !== undefined) return explainOnPlant(isPracticeCode(code) ? code : what, options.plant, options);
  return isPracticeCode(code) ? listRows(code, options) : describeRow(what, options);
}

async function explainOnPlant(what: string, plantFile: string, options: ExplainOptions): Promise<number> {
  const { rules, observations, data, system, now } = options;
  const packs = openPacks(packsFolder, rules ?? shippedPack);
  const { inputs } = await openInputs(plantFile, { ...present({ observations, data, system, now }), packs });
  const found = inputs.map(({ id, pack, input: raw }) => {
    const input = withDerived(pack, raw);
    if (isPracticeCode(what)) {
      const practice = assess(pack, input).practices.find((each) => each.practice === what);
      return { system: id, ...present({ practice }), text: practiceText(pack, input, { practice: what }) };
    }
    if (!pack.rows.some(({ id: row, role }) => row === what && ['all', input.system.role].includes(role)))
      throw unknown(what);
    return {
      system: id,
      trace: explainTrace(pack, input, what),
      text: indicatorText(pack, input, { indicator: what }),
    };
  });
  if (options.json) printJson({ systems: found });
  else for (const { text } of found) for (const line of [...text.split('\n'), '']) say(line);
  return 0;
}

async function listRows(code: PracticeCode, options: RulesOptions): Promise<number> {
  const { pack } = loadPack({ folder: options.rules ?? shippedPack });
  const rows = pack.rows
    .filter(({ practice }) => practice === code)
    .sort((one, other) => one.level - other.level || Number(other.core) - Number(one.core));
  if (options.json) {
    printJson({ practice: code, rows: rows.map(({ id, level, core, question }) => ({ id, level, core, question })) });
    return 0;
  }
  for (const { id, level, core, question } of rows)
    say(`${level} ${core ? 'core      ' : 'supporting'} ${id}: ${question}`);
  note(`Why a plant stands where it does: plimsoll rules explain ${code} --plant plant.yaml --data ./data`);
  return 0;
}

async function describeRow(indicator: string, options: RulesOptions): Promise<number> {
  const row = explainRow(loadPack({ folder: options.rules ?? shippedPack }), indicator);
  if (row === undefined) throw unknown(indicator);
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
