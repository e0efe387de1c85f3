/** One file of a pack, read within bounds. A pack may come from anywhere: it reaches nothing outside its own folder. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import type { Problem } from './problem.ts';
import { maxFileBytes, readYaml, type YamlFile } from './yaml.ts';

/** Of all files of one folder together: parsing costs seconds per megabyte. The pack that ships needs a third. */
export const maxPackBytes = 4 * 1024 * 1024;

export interface Bounds {
  /** Folder that links may not leave. */
  readonly root: string;
  readonly problems: Problem[];
  /** Bytes read so far. */
  readonly read: { bytes: number };
}

/** What cannot be read goes to `problems`, by the name given; the result is then undefined. */
export function readPackFile(path: string, name: string, bounds: Bounds): YamlFile | undefined {
  const { problems, read } = bounds;
  const refuse = (expected: string, found: string) => {
    problems.push({ file: name, line: 0, path: '', expected, found });
    return undefined;
  };
  try {
    const root = realpathSync(bounds.root);
    if (!realpathSync(path).startsWith(`${root}${sep}`)) return refuse('a file inside the folder', 'a link out of it');
    const status = statSync(path);
    // A pipe or device would never end, or say nothing of its size.
    if (!status.isFile()) return refuse('a file', status.isDirectory() ? 'a folder' : 'something else');
    if (status.size > maxFileBytes) return refuse(`at most ${maxFileBytes} bytes`, `${status.size}`);
    read.bytes += status.size;
    // Said once, at the file with which it is too much.
    if (read.bytes - status.size > maxPackBytes) return undefined;
    if (read.bytes > maxPackBytes) return refuse(`at most ${maxPackBytes} bytes in all files`, 'more with this one');
    return readYaml(name, readFileSync(path, 'utf8'), problems);
  } catch (error) {
    return refuse('a readable file', codeOf(error));
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
