/** Finds and reads the files of an EMQX configuration: the layers of settings, what they include, the access lists. */
import { basename } from 'node:path';
import { Ended, type Look } from '../contract/collector.ts';
import { besideOf, refusedWith, textOf } from './beside.ts';
import { type EmqxRule, readEmqxRules } from './emqx-access-list.ts';
import { type EmqxEnvironment, readEmqx, type Source } from './emqx-configuration.ts';
import { type HoconObject, type HoconSource, readHocon, set } from './hocon.ts';
import type { MqttOptions } from './manifest.ts';
import type { MqttRaw } from './raw.ts';

/** Lowest first: what a later file says holds (EMQX, configuration files, "override rules"). */
const layers = ['base.hocon', 'cluster.hocon', 'emqx.conf'];
/** Roots that the output of `emqx ctl conf show` always has: everything that is in force. */
const wholeRoots = ['listeners', 'authorization', 'mqtt', 'log'];
const roots = [...wholeRoots, 'node', 'cluster', 'authentication', 'dashboard', 'zones', 'retainer', 'api_key'];
const mostIncluded = 100;

export function isEmqx(name: string, text: string): boolean {
  if (layers.includes(name) || name.endsWith('.hocon')) return true;
  return new RegExp(`^\\s*(${roots.join('|')})\\b[\\w.]*\\s*(\\{|=|: )`, 'm').test(text);
}

export async function readEmqxDocument(look: Look<MqttOptions>, main: string, raw: MqttRaw): Promise<void> {
  const { path } = look.target;
  const name = basename(path);
  if (/^\s*(listener\.(tcp|ssl|ws|wss)\.|allow_anonymous\s*=|acl_nomatch\s*=)/m.test(main))
    throw new Ended('unsupported', `${name}: expected the configuration of release 5 or 6, found that of release 4`);
  const alone = readHocon([{ name, text: main }], new Map());
  const isWhole = !layers.includes(name) && wholeRoots.every((root) => alone.root.entries.has(root));
  const sources = isWhole ? [{ name, text: main }] : await layersBeside(path, { name, text: main });
  const { root, problems } = await withIncluded(path, sources);
  if (problems.length > 0) throw refusedWith(problems);
  if (!roots.some((each) => root.entries.has(each)))
    throw new Ended('unsupported', `${name}: expected settings of EMQX, found none`);
  const environment = await overridden(look, root, isWhole);
  const read = readEmqx(root, environment);
  if (read.problems.length > 0) throw refusedWith(read.problems);
  const { configuration } = read;
  const rulesOf = await rulesBeside(look, configuration.sources, configuration.hardened);
  raw.emqx = { configuration, rulesOf };
  look.note(`${sources.map((source) => source.name).join(', ')}: ${configuration.listeners.length} listeners of EMQX`);
  look.note(`audit log of the dashboard: ${configuration.auditLog ? 'on' : 'off'}`);
  noteSystemTopics(look, rulesOf);
}

/** What is set from the dashboard lies in cluster.hocon: without it nobody knows what is missing in emqx.conf. */
async function layersBeside(path: string, own: HoconSource): Promise<HoconSource[]> {
  const found: HoconSource[] = [];
  for (const layer of layers) {
    const beside = layer === own.name ? path : await besideOf(path, layer);
    if (beside !== undefined) found.push({ name: layer, text: beside === path ? own.text : await textOf(beside) });
  }
  const missing = ['emqx.conf', 'cluster.hocon'].filter((layer) => !found.some(({ name }) => name === layer));
  if (missing.length > 0) {
    throw new Ended(
      'unsupported',
      `${own.name}: expected ${missing.join(' and ')} beside it (empty where the broker has none), or the output of emqx ctl conf show`,
    );
  }
  for (const old of ['cluster-override.conf', 'local-override.conf']) {
    if ((await besideOf(path, old)) !== undefined)
      throw new Ended('unsupported', `${old}: expected files of release 5.1 or later, found one of release 5.0`);
  }
  return found;
}

async function withIncluded(path: string, sources: readonly HoconSource[]) {
  const files = new Map<string, string>();
  for (;;) {
    const document = readHocon(sources, files);
    if (document.wanted.length === 0) return document;
    for (const wanted of document.wanted) {
      const beside = /^[a-z]+:\/\//i.test(wanted) ? undefined : await besideOf(path, wanted);
      if (beside === undefined || files.size >= mostIncluded)
        throw new Ended('unsupported', `${basename(path)}: an included file does not lie beside the document`);
      files.set(wanted, await textOf(beside));
    }
  }
}

/** Variables of emqx.env win over every file, and stand in the whole configuration already. Others are not seen. */
async function overridden(look: Look<MqttOptions>, root: HoconObject, isWhole: boolean): Promise<EmqxEnvironment> {
  const beside = await besideOf(look.target.path, 'emqx.env');
  if (beside === undefined) {
    if (!isWhole)
      look.note('no emqx.env beside it: variables of the environment, which win over the files, are not seen');
    return {};
  }
  const variables = new Map<string, string>();
  for (const line of (await textOf(beside)).split(/\r?\n/)) {
    const told = /^\s*(?:export\s+)?(EMQX_[A-Z0-9_]{1,200})=(.*)$/.exec(line);
    if (told !== null) variables.set(told[1] ?? '', unquoted(told[2] ?? ''));
  }
  for (const [variable, value] of variables) {
    const names = variable.slice('EMQX_'.length).toLowerCase().split('__');
    // Only these can change what is read here; the others hold licences and secrets, and are not looked at.
    if (!isWhole && names.length > 1 && roots.concat('exhook', 'plugins').includes(names[0] ?? ''))
      set(root, names, settingFrom(value));
  }
  look.note(`emqx.env: ${variables.size} variables`);
  const profile = variables.get('EMQX_SECURITY_PROFILE');
  const logHandler = variables.get('EMQX_DEFAULT_LOG_HANDLER');
  return {
    ...(profile === undefined || profile === '' ? {} : { profile }),
    ...(logHandler === undefined || logHandler === '' ? {} : { logHandler }),
  };
}

function settingFrom(text: string) {
  const { root, problems } = readHocon([{ name: 'emqx.env', text: `value = ${text}` }], new Map());
  const held = problems.length === 0 ? root.entries.get('value') : undefined;
  return held ?? { kind: 'text' as const, text, file: 'emqx.env', line: 1 };
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^(["']).*\1$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

async function rulesBeside(look: Look<MqttOptions>, sources: readonly Source[], hardened: boolean) {
  const rulesOf = new Map<Source, readonly EmqxRule[]>();
  for (const source of sources) {
    if (source.type !== 'file') {
      look.note(`rights are decided by ${source.type}: its rules do not lie in the configuration`);
      continue;
    }
    const beside = source.path === undefined ? undefined : await besideOf(look.target.path, source.path);
    if (source.rules === undefined && beside === undefined) {
      look.note('an access list is configured, but no file of its name lies beside the document');
      continue;
    }
    const list = readEmqxRules(source.rules ?? (await textOf(beside ?? '')), hardened);
    const file = beside === undefined ? basename(look.target.path) : basename(beside);
    if (!list.ok) throw refusedWith(list.problems.map((problem) => ({ file, ...problem })));
    rulesOf.set(source, list.rules);
    look.note(`${file}: ${list.rules.length} rules`);
  }
  return rulesOf;
}

/** No fact of its own: what the broker tells of itself is a matter of the transcript. */
function noteSystemTopics(look: Look<MqttOptions>, rulesOf: ReadonlyMap<Source, readonly EmqxRule[]>): void {
  const first = [...rulesOf.values()].flat().find((rule) => rule.whom === 'everybody' && rule.subscribe && rule.system);
  if (first !== undefined)
    look.note(`$SYS: the access list ${first.allow ? 'lets everybody subscribe' : 'refuses others'}`);
}
