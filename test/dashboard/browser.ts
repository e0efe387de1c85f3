/** A browser on the built dashboard: built once per run, pages that remember what went wrong in them. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { programPath, until } from '../support/program.ts';

const root = new URL('../../dashboard/', import.meta.url).pathname;
const index = join(root, 'dist/index.html');
const lock = join(root, '../node_modules/.dashboard-build');

/** Builds the dashboard unless the built files are newer than every source. Test files wait for each other. */
export async function builtDashboard(): Promise<void> {
  await until(takeLock, 'another test file builds the dashboard', 60_000);
  try {
    if (modifiedAt(index) >= newestSource(root)) return;
    await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

export function startBrowser(): Promise<Browser> {
  const executablePath = programPath('chromium');
  if (executablePath === undefined) throw new Error('chromium is not installed');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Visit {
  readonly page: Page;
  /** Errors of console, page and policy, without the answer 404 that says that no demo plant runs. */
  readonly errors: string[];
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.scheme ?? 'light',
    reducedMotion: 'reduce',
  });
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin)) errors.push(`asked a foreign server: ${request.url()}`);
  });
  await page.goto(url);
  return { page, errors };
}

/** Ids of serious and critical findings of axe, each with the first place. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResult> } };
    const result = await axe.run();
    return result.violations
      .filter((each) => each.impact === 'serious' || each.impact === 'critical')
      .map(
        (each) =>
          `${each.id}: ${each.nodes.map((node) => `${node.html.slice(0, 160)} ${node.any.map((any) => any.message).join()}`).join('\n   ')}`,
      );
  });
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly any: readonly { readonly message: string }[] }[];
  }[];
}

function takeLock(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // Held; a lock that a killed run left behind ends after two minutes.
    if (Date.now() - modifiedAt(lock) > 120_000) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSource(folder: string): number {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestSource(path) : modifiedAt(path));
  }
  return newest;
}
