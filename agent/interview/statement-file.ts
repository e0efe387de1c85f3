/** The statement file that an interview extends: every answer is on disk before the next question is asked. */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isSeq, parseDocument, stringify } from 'yaml';

const head = '# Written by plimsoll interview. Statements may be edited, reviewed and given documents by hand.\n';

export interface StatementFile {
  readonly path: string;
  /** Where the file lies as it was before the first answer; undefined for a file of our own. */
  readonly backup: string | undefined;
  /** Ids that no statement may take again. */
  has(id: string): boolean;
  append(statements: readonly object[]): void;
}

/** @throws when there is a file that is no statement file: it is left as it is. */
export function openStatementFile(path: string): StatementFile {
  let backup: string | undefined;
  const ids = new Set<string>();
  const exists = existsSync(path);
  const before = exists ? readFileSync(path, 'utf8') : '';
  const document = parseDocument(exists ? before : `${head}plimsoll: 1\nstatements: []\n`);
  const list = document.get('statements');
  if (
    document.errors.length > 0 ||
    document.get('plimsoll') !== 1 ||
    (list !== undefined && list !== null && !isSeq(list))
  )
    throw userError(`${path} is no statement file: expected plimsoll: 1 and a list of statements`);
  if (!isSeq(list)) document.set('statements', document.createNode([]));
  const parsed: unknown = document.toJS();
  for (const each of statementsIn(parsed)) ids.add(each);
  return {
    path,
    get backup() {
      return backup;
    },
    has: (id) => ids.has(id),
    append(statements) {
      if (exists && backup === undefined && !before.startsWith(head)) {
        backup = freeName(`${path}.before-interview`);
        copyFileSync(path, backup);
      }
      const held = document.get('statements');
      if (!isSeq(held)) throw new Error(`${path} lost its list of statements`);
      held.flow = false;
      for (const statement of statements) {
        held.add(document.createNode(statement, { aliasDuplicateObjects: false }));
        if ('id' in statement && typeof statement.id === 'string') ids.add(statement.id);
      }
      const draft = `${path}.part`;
      writeFileSync(draft, document.toString({ lineWidth: 120 }));
      renameSync(draft, path);
    },
  };
}

/** How a statement will stand in the file. */
export function shownAs(statement: object): string {
  return stringify(statement, { lineWidth: 120 });
}

function statementsIn(file: unknown): string[] {
  if (typeof file !== 'object' || file === null || !('statements' in file) || !Array.isArray(file.statements))
    return [];
  return file.statements.flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'id' in each && typeof each.id === 'string' ? [each.id] : [],
  );
}

/** Something that the person can mend: commands tell it without a stack. */
function userError(message: string): Error {
  const error = new Error(message);
  error.name = 'UserError';
  return error;
}

function freeName(wanted: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!existsSync(name)) return name;
  }
}
