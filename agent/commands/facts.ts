import { factNames, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { type StatementField, statementTypes } from '../../server/contract/statement.ts';
import { statementsPage, valueWords } from '../../server/contract/statements-page.ts';
import { factsPage } from './facts-page.ts';
import { printJson, say, table } from './print.ts';

interface FactsOptions {
  readonly json?: boolean;
  readonly statements?: boolean;
  readonly collectors?: boolean;
  readonly markdown?: boolean;
  readonly filledBy?: string;
}

export async function facts(options: FactsOptions): Promise<number> {
  const names = factNames.filter(
    (name) => options.filledBy === undefined || vocabulary[name].from.includes(options.filledBy),
  );
  if (options.statements) return byStatement(options);
  if (options.collectors) {
    process.stdout.write(factsPage());
    return 0;
  }
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
}

function byStatement(options: FactsOptions): number {
  const types = statementTypes();
  if (options.markdown) process.stdout.write(statementsPage());
  else if (options.json) printJson(types.map(({ type, fields }) => ({ type, facts: fields.map(fieldOf) })));
  else {
    for (const { type, fields } of types) {
      say(type);
      const rows = fields.map((field) => [`  ${field.fact}`, valueWords(field).replaceAll('`', ''), field.means]);
      for (const line of table(rows)) say(line);
    }
  }
  return 0;
}

/** The name first, as it always was; then what the value looks like. */
function fieldOf({ fact, ...field }: StatementField): object {
  return { name: fact, ...field };
}
