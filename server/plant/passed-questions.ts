/** Which questions of an interview were passed over, by whom and when: a file of lines beside the statement file. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Passed, passedFileOf, passedSchema } from '../contract/interview/passed.ts';
import type { Plant, Problem } from '../contract/plant.ts';
import { readJsonLines } from './json-lines.ts';
import { readerOf, throwProblems } from './reader.ts';

/** Where an interview writes its statements unless it is told otherwise. */
export function defaultStatementFile(plant: Plant, system: string): string {
  return join(dirname(plant.file), `interview-${system}.yaml`);
}

/** Oldest first; nothing where nobody passed anything over. @throws {BadInput} with every line that is wrong. */
export function readPassed(statementFile: string, system: string): Passed[] {
  const file = passedFileOf(statementFile);
  if (!existsSync(file)) return [];
  const { lines, problems: faults, file: shown } = readJsonLines(file);
  const problems: Problem[] = [...faults];
  const passed = lines.flatMap(({ line, value }) => {
    const place = { line, keyLine: line, children: new Map() };
    return readerOf({ file: shown, value, place }, problems).value(passedSchema, []) ?? [];
  });
  throwProblems(problems);
  return passed.filter((each) => each.system === system);
}

/** Those beside any statement file of the plant, and beside the one that an interview writes by default. */
export function passedOf(plant: Plant, system: string): Passed[] {
  const files = new Set([...plant.statements, defaultStatementFile(plant, system)]);
  return [...files]
    .flatMap((file) => readPassed(file, system))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}
