/** Reads the configuration of a broker and the files beside it that it names. Nothing outside its folder is opened. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import { readAccessList } from './access-list.ts';
import { besideOf, refusedWith, textOf } from './beside.ts';
import { type ConfigurationProblem, readConfiguration } from './configuration.ts';
import { isEmqx, readEmqxDocument } from './emqx-document.ts';
import type { MqttOptions } from './manifest.ts';
import type { MqttRaw } from './raw.ts';

const mostFiles = 100;

export async function readDocument(look: Look<MqttOptions>, raw: MqttRaw): Promise<void> {
  const { path } = look.target;
  const main = await textOf(path);
  const { broker } = look.options;
  if (broker === 'emqx' || (broker === 'auto' && isEmqx(basename(path), main)))
    return readEmqxDocument(look, main, raw);
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

function refused(path: string, problems: readonly ConfigurationProblem[]): Ended {
  return refusedIn([{ path, from: 1 }], problems);
}

function refusedIn(origins: readonly Origin[], problems: readonly ConfigurationProblem[]): Ended {
  return refusedWith(
    problems.map(({ line, expected, found }) => {
      const origin = origins.findLast(({ from }) => from <= line) ?? { path: '', from: 1 };
      return { file: basename(origin.path), line: Math.max(1, line - origin.from + 1), expected, found };
    }),
  );
}
