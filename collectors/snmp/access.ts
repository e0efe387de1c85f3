/** Who may read and write at which security level, from the agent's own tables (RFC 3414 USM, RFC 3415 VACM). */
import type { SnmpRaw, Value } from './raw.ts';
import { cell, countedOctets, numberOf, readable, walked, wholeColumn } from './values.ts';

export const strengths = ['none', 'signed', 'encrypted'] as const;
export type Strength = (typeof strengths)[number];

/** One row of the access table that somebody is mapped to, views resolved. */
export interface AccessRow {
  readonly group: string;
  /** Message models of those who are mapped to it: 1 v1, 2 v2c, 3 USM. */
  readonly models: readonly number[];
  /** Least security of a message that it takes: 1 none, 2 authenticated, 3 encrypted. */
  readonly level: number;
  readonly readable: boolean;
  /** Number of subtrees that may be written; 0 where there is no write view or the view is empty. */
  readonly writable: number;
}

export interface AccessModel {
  readonly rows: readonly AccessRow[];
  /** Whether anybody is mapped under version 1 or 2c. */
  readonly hasLegacy: boolean;
  groupOf(user: string): string | undefined;
}

/**
 * The access model, or undefined when the agent does not show all of it. An agent that answers us has rows, so empty
 * tables mean that a view hides them.
 */
export function accessModelOf(raw: SnmpRaw): AccessModel | undefined {
  const groups = wholeColumn(raw, 'groupOfName');
  const reads = wholeColumn(raw, 'accessRead');
  const writes = wholeColumn(raw, 'accessWrite');
  const views = wholeColumn(raw, 'viewType');
  if (groups === undefined || reads === undefined || writes === undefined || views === undefined) return undefined;

  const members = [...groups].map(([index, group]) => ({ ...memberOf(index), group: nameOf(group) }));
  const included = includedSubtrees(views);
  const rows: AccessRow[] = [];
  for (const index of reads.keys()) {
    const row = accessIndexOf(index);
    if (row === undefined) return undefined;
    const models = members.filter(
      ({ group, model }) => group === row.group && (row.model === 0 || row.model === model),
    );
    if (models.length === 0) continue;
    rows.push({
      group: row.group,
      models: [...new Set(models.map(({ model }) => model))],
      level: row.level,
      readable: (included.get(nameOf(reads.get(index))) ?? 0) > 0,
      writable: included.get(nameOf(writes.get(index))) ?? 0,
    });
  }
  return {
    rows,
    hasLegacy: members.some(({ model }) => model === 1 || model === 2),
    groupOf: (user) => members.find((member) => member.model === 3 && member.name === user)?.group,
  };
}

/** The weakest protection under which anybody can read. */
export function weakestAccess(model: AccessModel): Strength | undefined {
  const levels = model.rows
    .filter((row) => row.readable)
    .flatMap((row) => row.models.map((one) => (one === 3 ? row.level : 1)));
  return levels.length === 0 ? undefined : strengths[Math.min(...levels) - 1];
}

/** Whether a message of version 1 or 2c can change anything. */
export function legacyWritable(model: AccessModel): boolean {
  return model.rows.some((row) => row.writable > 0 && row.models.some((one) => one !== 3));
}

/** Subtrees that the user's group may write; undefined when the tables do not name the user. */
export function writableBy(model: AccessModel, user: string): number | undefined {
  const group = model.groupOf(user);
  if (group === undefined) return undefined;
  return Math.max(
    0,
    ...model.rows.filter((row) => row.group === group && row.models.includes(3)).map((row) => row.writable),
  );
}

const authOf: Readonly<Record<string, 'none' | 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'>> = {
  '1.3.6.1.6.3.10.1.1.1': 'none',
  '1.3.6.1.6.3.10.1.1.2': 'md5',
  '1.3.6.1.6.3.10.1.1.3': 'sha1',
  '1.3.6.1.6.3.10.1.1.4': 'sha224',
  '1.3.6.1.6.3.10.1.1.5': 'sha256',
  '1.3.6.1.6.3.10.1.1.6': 'sha384',
  '1.3.6.1.6.3.10.1.1.7': 'sha512',
};
const privOf: Readonly<Record<string, 'none' | 'des' | '3des' | 'aes128' | 'aes192' | 'aes256'>> = {
  '1.3.6.1.6.3.10.1.2.1': 'none',
  '1.3.6.1.6.3.10.1.2.2': 'des',
  '1.3.6.1.6.3.10.1.2.3': '3des',
  '1.3.6.1.6.3.10.1.2.4': 'aes128',
  // Longer AES keys were never standardised; these are the two makers' arcs in use.
  '1.3.6.1.4.1.14832.1.1': '3des',
  '1.3.6.1.4.1.14832.1.3': 'aes192',
  '1.3.6.1.4.1.14832.1.4': 'aes256',
  '1.3.6.1.4.1.9.12.6.1.1': 'aes192',
  '1.3.6.1.4.1.9.12.6.1.2': 'aes256',
};
const authOrder = ['none', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
const privOrder = ['none', 'des', '3des', 'aes128', 'aes192', 'aes256'] as const;

/** Weakest protocols of the users that the agent lists as active; undefined where it lists none or speaks of others. */
export function userProtocols(raw: SnmpRaw) {
  const auths = wholeColumn(raw, 'userAuth');
  const active = [...(auths?.keys() ?? [])].filter((index) => numberOf(cell(raw, 'userStatus', index)) === 1);
  if (active.length === 0 || !walked(raw, 'userPriv')) return undefined;
  const auth = active.map((index) => authOf[String(cell(raw, 'userAuth', index))]);
  const priv = active.map((index) => privOf[String(cell(raw, 'userPriv', index))]);
  if (auth.includes(undefined) || priv.includes(undefined)) return undefined;
  return {
    users: active.length,
    auth: authOrder.find((word) => auth.includes(word)),
    priv: privOrder.find((word) => priv.includes(word)),
    strongestPriv: privOrder.findLast((word) => priv.includes(word)),
  };
}

function memberOf(index: string): { model: number; name: string | undefined } {
  const [model = 0, ...rest] = index.split('.').map(Number);
  const name = countedOctets(rest);
  return { model, name: name === undefined ? undefined : readable(name.octets) };
}

/** Index of the access table: group, context prefix, model, level. */
function accessIndexOf(index: string): { group: string; model: number; level: number } | undefined {
  const group = countedOctets(index.split('.').map(Number));
  const context = group === undefined ? undefined : countedOctets(group.rest);
  const [model, level] = context?.rest ?? [];
  if (group === undefined || model === undefined || level === undefined || level < 1 || level > 3) return undefined;
  return { group: readable(group.octets), model, level };
}

/** Included subtrees by view; a view that only excludes opens nothing. */
function includedSubtrees(views: ReadonlyMap<string, Value>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [index, type] of views) {
    const name = countedOctets(index.split('.').map(Number));
    if (name === undefined || type !== 1) continue;
    const key = readable(name.octets);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function nameOf(value: Value | undefined): string {
  return Buffer.isBuffer(value) ? readable(value) : '';
}
