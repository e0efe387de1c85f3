import { factNames, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { printJson, say, table } from './print.ts';

interface FactsOptions {
  readonly json?: boolean;
  readonly statements?: boolean;
  readonly filledBy?: string;
}

export async function facts(options: FactsOptions): Promise<number> {
  const names = factNames.filter(
    (name) => options.filledBy === undefined || vocabulary[name].from.includes(options.filledBy),
  );
  if (options.statements) return byStatement();
  if (options.json) {
    printJson(
      names.map((name) => {
        const { type, unit, days, volatile, combine, from, subject, means } = vocabulary[name];
        return { name, type, unit, freshnessDays: days, volatile, combine, subject, filledBy: from, means };
      }),
    );
    return 0;
  }
  const rows = names.map((name) => {
    const { type, unit, days, from, means } = vocabulary[name];
    return [name, unit === undefined ? type : `${type} (${unit})`, `${days} d`, from.join(' '), means];
  });
  for (const line of table([['Fact', 'Type', 'Fresh for', 'Filled by', 'Meaning'], ...rows])) say(line);
  return 0;

  function byStatement(): number {
    const types = new Map<string, string[]>();
    for (const name of factNames) {
      for (const source of vocabulary[name].from) {
        if (!source.startsWith('statement:')) continue;
        const type = source.slice('statement:'.length);
        types.set(type, [...(types.get(type) ?? []), name]);
      }
    }
    const sorted = [...types].sort(([a], [b]) => (a < b ? -1 : 1));
    if (options.json) {
      printJson(
        sorted.map(([type, held]) => ({
          type,
          facts: held.map((name) => {
            const known = factNames.find((each) => each === name);
            return { name, type: known === undefined ? undefined : vocabulary[known].type };
          }),
        })),
      );
      return 0;
    }
    for (const [type, held] of sorted) {
      say(type);
      for (const name of held) say(`  ${name}`);
    }
    return 0;
  }
}
