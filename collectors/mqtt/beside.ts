/** Files of a document's own folder: nothing outside it is opened, whatever a document names. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { codeOf, Ended } from '../contract/collector.ts';

const mostBytes = 1024 * 1024;
const mostProblems = 20;

/** The file or folder that a setting names, or one of the same name, in the document's own folder. */
export async function besideOf(document: string, named: string): Promise<string | undefined> {
  const folder = dirname(document);
  for (const candidate of [resolve(folder, named), join(folder, basename(named))]) {
    const way = relative(folder, candidate);
    if (way === '' || way.startsWith('..') || isAbsolute(way)) continue;
    if (await stat(candidate).then(Boolean, isMissing)) return candidate;
  }
  return undefined;
}

/** The text of a regular file of at most a mebibyte, without bytes that are none. */
export async function textOf(path: string): Promise<string> {
  const name = basename(path);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Ended('unsupported', `${name} is a folder`);
    // A pipe or a device would never end.
    if (!found.isFile()) throw new Ended('unsupported', `${name} is no regular file`);
    if (found.size > mostBytes) throw new Ended('unsupported', `${name} is larger than ${mostBytes} bytes`);
    const text = await readFile(path, 'utf8');
    if (text.includes('\0')) throw new Ended('unsupported', `${name} holds bytes that are no text`);
    return text;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw new Ended('unreachable', `${name} is not there`, { cause: error });
    if (code === 'EACCES' || code === 'EPERM') throw new Ended('denied', `${name} may not be read`, { cause: error });
    throw error;
  }
}

export interface PlacedProblem {
  readonly file: string;
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

/** Ends the run with every problem, each with file and line. */
export function refusedWith(problems: readonly PlacedProblem[]): Ended {
  const shown = problems
    .slice(0, mostProblems)
    .map(({ file, line, expected, found }) => `${file}:${line}: expected ${expected}, found ${found}`);
  const more = problems.length - shown.length;
  return new Ended('unsupported', [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; '));
}

function isMissing(error: unknown): false {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
  throw error;
}
