/** Files of records, written for one test and looked at by the collector as the agent would. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FactName, FactValue } from '../../../collectors/contract/vocabulary.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import type { RunResult } from '../../support/bare-look.ts';
import { temporaryFolder } from '../../support/program.ts';
import { provenRun } from '../proof-suite.ts';

const found = collectorOf('passive');
if (found === undefined) throw new Error('passive is not on the list');
export const passive = found;

export const now = () => new Date('2026-11-24T12:00:00.000Z');
const folder = temporaryFolder('records');
process.on('exit', () => folder.remove());
let count = 0;

/** A folder of its own with these files. */
export function written(files: Readonly<Record<string, string | Buffer>>): string {
  count += 1;
  const home = join(folder.path, `case-${count}`);
  mkdirSync(home);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  return home;
}

/** Looks at a path; `asOf` is a minute ago unless the options say otherwise. */
export function lookAt(path: string, options: Record<string, unknown> = {}): Promise<RunResult> {
  const asOf = '2026-11-24T11:59:00.000Z';
  return provenRun(passive, pathToFileURL(path).href, { tier: 'T0', now, options: { asOf, ...options } });
}

export function lookAtText(text: string | Buffer, options: Record<string, unknown> = {}, name = 'records.txt') {
  return lookAt(join(written({ [name]: text }), name), options);
}

export function factOf<N extends FactName>(result: RunResult, name: N): FactValue<N> | undefined {
  return result.facts[name] ?? result.volatile[name];
}

/** Stations as short text: `10.0.0.1 00:1b:.. name local`. */
export function hostsOf(result: RunResult): string[] {
  return (factOf(result, 'sight.hosts') ?? []).map(({ id, mac, name, local }) =>
    [
      id,
      ...(mac === undefined || mac === id ? [] : [mac]),
      ...(name === undefined ? [] : [name]),
      ...(local ? ['local'] : []),
    ].join(' '),
  );
}

export function flowsOf(result: RunResult): string[] {
  return (factOf(result, 'sight.flows') ?? []).map(({ id }) => id);
}

const fields = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service conn_state resp_pkts tunnel_parents'.split(
  ' ',
);

/** A conn.log as Zeek writes it; each record: `from to port proto service state`. */
export function connLog(records: readonly string[], more: { at?: number; closed?: boolean } = {}): string {
  const at = more.at ?? now().getTime() / 1000 - 20_000;
  const head = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\tconn'];
  const lines = records.map((record, index) => {
    const [from, to, port, proto = 'tcp', service = '-', state = 'SF', tunnel = '-'] = record.split(' ');
    return [at + index, `C${index}`, from, 50_000 + index, to, port, proto, service, state, 3, tunnel].join('\t');
  });
  const end = more.closed === false ? [] : ['#close\t2026-11-24-12-00-00'];
  return `${[...head, `#fields\t${fields.join('\t')}`, ...lines, ...end].join('\n')}\n`;
}
