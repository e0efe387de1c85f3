/** The files of the repository, for tests that hold its conventions. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = new URL('../..', import.meta.url).pathname;

/** Paths that git tracks or would track, relative to the root. */
export function repositoryFiles(): string[] {
  const output = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(output.split('\0').filter((path) => path !== ''))].sort();
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function sourceFiles(): string[] {
  return repositoryFiles().filter((path) => /\.tsx?$/.test(path));
}

/** Relative imports of a file, resolved to paths from the root; `type` tells imports that vanish at run time. */
export function importsOf(path: string): { target: string; type: boolean }[] {
  const found: { target: string; type: boolean }[] = [];
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g;
  for (const match of textOf(path).matchAll(pattern)) {
    const relative = match[2] ?? match[3];
    if (relative === undefined) continue;
    found.push({ target: join(path, '..', relative), type: match[1] !== undefined });
  }
  return found;
}
