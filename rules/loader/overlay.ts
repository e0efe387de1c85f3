/** Overlays add rows and make rows stricter. Whatever is looser is a deviation, which a person answers for. */
import type { z } from 'zod';
import type { Problem } from './problem.ts';
import type { RowFile, tightenSchema } from './schema.ts';
import { at, type YamlFile } from './yaml.ts';

type Tightening = z.infer<typeof tightenSchema>;

export function tightened(row: RowFile, change: Tightening, from: { file: YamlFile; problems: Problem[] }): RowFile {
  const before = from.problems.length;
  refuseLooser(row, change, from);
  if (from.problems.length > before) return row;
  return {
    ...row,
    ...(change.min === undefined ? {} : { min: change.min }),
    ...(change.maxBad === undefined ? {} : { maxBad: change.maxBad }),
    ...(change.freshnessDays === undefined ? {} : { freshnessDays: change.freshnessDays }),
    ...(change.core === undefined ? {} : { core: true }),
  };
}

function refuseLooser(row: RowFile, change: Tightening, from: { file: YamlFile; problems: Problem[] }): void {
  const refuse = (key: keyof Tightening, expected: string) => {
    from.problems.push({
      ...at(from.file, [key]),
      expected,
      found: String(change[key]),
      hint: 'an overlay only makes stricter; a looser number is a deviation with reason, approver and end',
    });
  };
  if (row.population === undefined && (change.min !== undefined || change.maxBad !== undefined)) {
    refuse(change.min === undefined ? 'maxBad' : 'min', 'a row that has a population');
  }
  if (change.min !== undefined && row.min !== undefined && change.min < row.min) refuse('min', `at least ${row.min}`);
  if (change.maxBad !== undefined && row.maxBad !== undefined && change.maxBad > row.maxBad) {
    refuse('maxBad', `at most ${row.maxBad}`);
  }
  const days = row.freshnessDays;
  if (change.freshnessDays !== undefined && days !== undefined && change.freshnessDays > days) {
    refuse('freshnessDays', `at most ${days}`);
  }
}
