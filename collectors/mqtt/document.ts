/** Reads a mosquitto.conf and the files beside it that it names. Nothing outside its folder is opened. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Look } from '../contract/collector.ts';
import { codeOf, Ended } from '../contract/collector.ts';
import { readAccessList } from './access-list.ts';
import { type ConfigurationProblem, readConfiguration } from './configuration.ts';
import type { MqttRaw } from './raw.ts';

const mostBytes = 1024 * 1024;
const mostFiles = 100;
const mostProblems = 20;

export async function readDocument(look: Look, raw: MqttRaw): Promise<void> {
  const { path } = look.target;
  const main = await textOf(path);
  const first = readConfiguration(main);
  if (!first.ok) throw refused(path, first.problems);
  const { text, origins } = await withIncludes(path, main, first.configuration.includes);
  const whole = readConfiguration(text);
  if (!whole.ok) throw refusedIn(origins, whole.problems);
  raw.configuration = whole.configuration;
  look.note(`${basename(path)}: ${whole.configuration.listeners.length} listeners`);
  for (const aclFile of new Set(whole.configuration.listeners.map(({ security }) => security.aclFile))) {
    if (aclFile === undefined) continue;
    const beside = await besideOf(path, aclFile);
    if (beside === undefined) {
      look.note('an access list is configured, but no file of its name lies beside the document');
      continue;
    }
    const list = readAccessList(await textOf(beside));
    if (!list.ok) throw refused(beside, list.problems);
    raw.accessLists.set(aclFile, list.rules);
    look.note(`${basename(beside)}: ${list.rules.length} rules`);
  }
}

interface Origin {
  readonly path: string;
  readonly from: number;
}

/** The broker reads included files where they are named, in alphabetical order (mosquitto.conf(5), include_dir). */
async function withIncludes(path: string, main: string, folders: readonly string[]) {
  const parts: string[] = [main];
  const origins: Origin[] = [{ path, from: 1 }];
  let lines = main.split('\n').length;
  for (const folder of folders) {
    const beside = await besideOf(path, folder);
    const names = beside === undefined ? undefined : (await readdir(beside)).filter((name) => name.endsWith('.conf'));
    if (beside === undefined || names === undefined || names.length > mostFiles) {
      throw new Ended('unsupported', `${basename(path)}: the folder of include_dir does not lie beside the document`);
    }
    for (const name of names.sort()) {
      const text = await textOf(join(beside, name));
      parts.push(text);
      origins.push({ path: join(beside, name), from: lines + 1 });
      lines += text.split('\n').length;
    }
  }
  return { text: parts.join('\n'), origins };
}

/** The file or folder that a setting names, or one of the same name, in the document's own folder. */
async function besideOf(document: string, named: string): Promise<string | undefined> {
  const folder = dirname(document);
  for (const candidate of [resolve(folder, named), join(folder, basename(named))]) {
    const way = relative(folder, candidate);
    if (way === '' || way.startsWith('..') || isAbsolute(way)) continue;
    if (await stat(candidate).then(Boolean, isMissing)) return candidate;
  }
  return undefined;
}

function isMissing(error: unknown): false {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
  throw error;
}

async function textOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) throw new Ended('unsupported', `${basename(path)} is larger than ${mostBytes} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw new Ended('unreachable', `${basename(path)} is not there`, { cause: error });
    if (code === 'EACCES' || code === 'EPERM')
      throw new Ended('denied', `${basename(path)} may not be read`, { cause: error });
    if (code === 'EISDIR') throw new Ended('unsupported', `${basename(path)} is a folder`, { cause: error });
    throw error;
  }
}

function refused(path: string, problems: readonly ConfigurationProblem[]): Ended {
  return refusedIn([{ path, from: 1 }], problems);
}

function refusedIn(origins: readonly Origin[], problems: readonly ConfigurationProblem[]): Ended {
  const shown = problems.slice(0, mostProblems).map(({ line, expected, found }) => {
    const origin = origins.findLast(({ from }) => from <= line) ?? { path: '', from: 1 };
    return `${basename(origin.path)}:${Math.max(1, line - origin.from + 1)}: expected ${expected}, found ${found}`;
  });
  const more = problems.length - shown.length;
  return new Ended('unsupported', [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; '));
}
