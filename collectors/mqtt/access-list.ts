/** Reads a mosquitto access list (acl_file in mosquitto.conf(5)). Pure. Names of users and topics stay in here. */
import type { ConfigurationProblem } from './configuration.ts';
import { wordsOf } from './configuration.ts';

export interface AccessRule {
  /** `everybody`: lines before the first `user` and patterns; `user`: lines of a named user. */
  readonly whom: 'everybody' | 'user';
  readonly access: 'read' | 'write' | 'readwrite' | 'deny';
  readonly filter: string;
}

export type AccessListResult =
  | { readonly ok: true; readonly rules: readonly AccessRule[] }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

const accesses = ['read', 'write', 'readwrite', 'deny'] as const;

export function readAccessList(text: string): AccessListResult {
  const rules: AccessRule[] = [];
  const problems: ConfigurationProblem[] = [];
  let whom: AccessRule['whom'] = 'everybody';
  text.split(/\r?\n/).forEach((content, index) => {
    const [keyword, ...rest] = wordsOf(content);
    if (keyword === undefined) return;
    if (keyword === 'user') {
      whom = 'user';
      if (rest.length === 0) problems.push({ line: index + 1, expected: 'a name after user', found: 'nothing' });
      return;
    }
    if (keyword !== 'topic' && keyword !== 'pattern') {
      problems.push({ line: index + 1, expected: 'user, topic or pattern', found: 'another word' });
      return;
    }
    const access = accesses.find((word) => word === rest[0] && rest.length > 1);
    const filter = rest.slice(access === undefined ? 0 : 1).join(' ');
    if (filter === '') problems.push({ line: index + 1, expected: `a topic after ${keyword}`, found: 'nothing' });
    rules.push({ whom: keyword === 'pattern' ? 'everybody' : whom, access: access ?? 'readwrite', filter });
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules };
}

export interface Reach {
  /** Somebody who need not be named may do it everywhere. */
  readonly everybody: boolean;
  /** A named user may. */
  readonly named: boolean;
}

/** Who may read or write everywhere: a filter whose first level is a wildcard that catches all. */
export function globalReach(rules: readonly AccessRule[], right: 'read' | 'write'): Reach {
  const global = rules.filter(
    ({ access, filter }) => (access === right || access === 'readwrite') && /^(#|\+\/#|\/#)$/.test(filter),
  );
  return {
    everybody: global.some(({ whom }) => whom === 'everybody'),
    named: global.some(({ whom }) => whom === 'user'),
  };
}
