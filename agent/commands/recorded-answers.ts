/** Answers of an interview that somebody recorded: JSON lines of key and answer. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from './end.ts';

const recordedSchema = z.strictObject({ key: z.string().min(1), answer: z.string() });

/** @throws {UserError} with every line that is none. */
export function readAnswers(file: string): Map<string, string> {
  const answers = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = recordedSchema.safeParse(jsonOf(line));
    if (parsed.success) answers.set(parsed.data.key, parsed.data.answer);
    else problems.push(`${file}:${index + 1} expected {"key": ..., "answer": ...}, found ${line.slice(0, 80)}`);
  }
  if (problems.length > 0) throw new UserError(problems.join('\n'));
  return answers;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // Not JSON: the schema says what was expected.
    return undefined;
  }
}
