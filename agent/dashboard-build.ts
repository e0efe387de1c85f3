/** Builds the dashboard when it is missing or older than its sources, so that `npm start` needs no other step. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = new URL('../dashboard', import.meta.url).pathname;
const dist = join(folder, 'dist');
const stamp = join(dist, '.sources');

/** Folder of the built dashboard. */
export async function builtDashboard(say: (line: string) => void): Promise<string> {
  const wanted = digestOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return dist;
  say('Building the dashboard (first start, or its sources changed) ...');
  // In a process of its own: what a build needs of memory is gone before the server starts.
  const vite = createRequire(import.meta.url).resolve('vite/package.json');
  execFileSync(
    process.execPath,
    [join(vite, '../bin/vite.js'), 'build', '--config', join(folder, 'vite.config.ts'), '--logLevel', 'error'],
    {
      cwd: join(folder, '..'),
      stdio: ['ignore', 2, 2],
    },
  );
  writeFileSync(stamp, wanted);
  return dist;
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  const contract = new URL('../server/contract', import.meta.url).pathname;
  for (const base of [folder, contract]) {
    for (const entry of readdirSync(base, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || path.startsWith(dist) || path.includes('node_modules')) continue;
      hash.update(path.slice(base.length)).update('\0').update(readFileSync(path)).update('\0');
    }
  }
  hash.update(readFileSync(new URL('../package-lock.json', import.meta.url)));
  return hash.digest('hex');
}
