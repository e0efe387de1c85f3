/** Reads the rule set of a packet filter from a file, whole: rules mean something only together. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Ended, type Look } from '../contract/collector.ts';
import { readIptables } from './iptables.ts';
import { headOf } from './lines.ts';
import type { PassiveOptions } from './manifest.ts';
import { readNftables } from './nftables.ts';
import { passageOf, type Ruleset } from './ruleset.ts';
import type { Sight } from './sight.ts';

const mostBytes = 8 * 1024 * 1024;
const mostShown = 20;

export async function readRuleset(look: Look<PassiveOptions>, raw: Sight): Promise<void> {
  const { path } = look.target;
  const name = basename(path);
  const head = await headOf(path);
  if (head.packed) throw new Ended('unsupported', `${name}: expected a plain text, found a packed one`);
  if (head.size > mostBytes) throw new Ended('unsupported', `${name}: expected at most ${mostBytes} bytes, found more`);
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  if (text.includes('\0')) throw new Ended('unsupported', `${name} holds bytes that are no text`);
  look.signal.throwIfAborted();
  const ruleset = rulesetFrom(text, name);
  const passage = passageOf(ruleset);
  raw.rules = { format: ruleset.format, passage };
  raw.opened = true;
  const rules = ruleset.chains.reduce((sum, chain) => sum + chain.rules.length, 0);
  look.note(`${name}: ${ruleset.format}, ${ruleset.chains.length} chains, ${rules} rules`);
  const unsure = passage.passes.filter(({ certain }) => !certain).length;
  look.note(
    `${passage.passes.length} ways are let through, ${unsure} of them under conditions that are not all understood`,
  );
  for (const open of passage.open) look.note(`not followed: ${open}`);
  const named = new Set(passage.passes.flatMap(({ incoming = [], outgoing = [] }) => [...incoming, ...outgoing]));
  for (const each of named)
    if (!Object.hasOwn(look.options.interfaces, each)) look.note(`no zone is given for the interface ${each}`);
}

function rulesetFrom(text: string, name: string): Ruleset {
  if (/^\s*\{\s*"nftables"/.test(text)) {
    const read = readNftables(text);
    if (typeof read === 'string') throw new Ended('unsupported', `${name}:1: ${read}`);
    return read;
  }
  if (/^\*(filter|nat|mangle|raw|security)\s*$/m.test(text)) {
    const { ruleset, problems } = readIptables(text);
    if (problems.length === 0 && ruleset.chains.length > 0) return ruleset;
    const shown = problems.slice(0, mostShown).map(({ line, what }) => `${name}:${line}: ${what}`);
    const more = problems.length - shown.length;
    if (problems.length === 0) shown.push(`${name}: expected the table filter, found none`);
    throw new Ended('unsupported', [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; '));
  }
  const expected = 'the output of nft -j list ruleset, iptables-save or ip6tables-save';
  throw new Ended('unsupported', `${name}:1: expected ${expected}, found something else`);
}
