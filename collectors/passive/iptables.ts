/** Reads `iptables-save` and `ip6tables-save` (iptables(8), iptables-extensions(8)). Pure. Comments are passed over. */
import { type Chain, type Conditions, networksOfSpan, type Rule, type Ruleset } from './ruleset.ts';

export interface LineProblem {
  readonly line: number;
  readonly what: string;
}

export function readIptables(text: string): { readonly ruleset: Ruleset; readonly problems: readonly LineProblem[] } {
  const problems: LineProblem[] = [];
  const heads = new Map<string, Omit<Chain, 'rules'>>();
  const rulesOf = new Map<string, Rule[]>();
  let table = '';
  text.split(/\r?\n/).forEach((content, index) => {
    const line = index + 1;
    const fault = (what: string) => {
      problems.push({ line, what });
    };
    if (content === '' || content.startsWith('#')) return;
    if (content.startsWith('*')) table = content.slice(1).trim();
    else if (content === 'COMMIT') table = '';
    else if (table === '') fault('expected a table (*filter) before chains and rules, found none');
    // Other tables say where to and with which marks, not whether.
    else if (table !== 'filter') return;
    else if (content.startsWith(':')) {
      const [name = '', policy = ''] = content.slice(1).split(/\s+/);
      const id = `filter/${name}`;
      const hook = name === 'FORWARD' ? { hook: 'forward' } : {};
      heads.set(id, {
        id,
        ...hook,
        ...(policy === 'ACCEPT' ? { policy: 'accept' } : policy === 'DROP' ? { policy: 'drop' } : {}),
      });
    } else {
      const words = wordsOf(content.replace(/^\[\d+:\d+\] /, ''));
      const [command, name, ...rest] = words ?? [];
      if (command !== '-A' || name === undefined) {
        fault('expected a rule (-A CHAIN ...), found something else');
        return;
      }
      const id = `filter/${name}`;
      const rules = rulesOf.get(id) ?? [];
      rulesOf.set(id, rules);
      rules.push(ruleFrom(rest, `${id}/${rules.length + 1}`));
    }
  });
  const chains = [...heads.values()].map((head) => ({ ...head, rules: rulesOf.get(head.id) ?? [] }));
  return { ruleset: { format: 'iptables', chains }, problems };
}

type Draft = { -readonly [K in keyof Conditions]: Conditions[K] };

const verdicts: Readonly<Record<string, Rule['verdict']>> = {
  ...{ ACCEPT: 'accept', DROP: 'drop', REJECT: 'drop', RETURN: 'return' },
  ...{ LOG: 'goOn', NFLOG: 'goOn', MARK: 'goOn', CONNMARK: 'goOn', TCPMSS: 'goOn', TRACE: 'goOn' },
};
/** Options that narrow nothing, with their values. */
const besides = new Set([
  '--comment',
  '--log-prefix',
  '--log-level',
  '--nflog-prefix',
  '--nflog-group',
  '--reject-with',
  '--set-mark',
  '--set-xmark',
]);

function ruleFrom(words: readonly string[], id: string): Rule {
  const draft: Draft = {};
  let verdict: Rule['verdict'] = 'goOn';
  let logs = false;
  let denied = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '!') {
      denied = true;
      continue;
    }
    const value = words[at + 1] ?? '';
    const isFlag = !word.startsWith('-') || value.startsWith('-') || value === '!' || at + 1 >= words.length;
    if (!isFlag) at++;
    if (word === '-j' || word === '-g') {
      verdict = verdicts[value] ?? { jump: `filter/${value}`, back: word === '-j' };
      logs ||= value === 'LOG' || value === 'NFLOG';
    } else if (word === '-m' || besides.has(word)) {
      // Modules narrow by their own options, which stand beside them.
    } else if (denied || isFlag || !takeCondition(word, value, draft)) draft.unclear = true;
    denied = false;
  }
  return { ...draft, id, verdict, logs };
}

function takeCondition(word: string, value: string, draft: Draft): boolean {
  switch (word) {
    case '-s':
      draft.from = value.split(',');
      return true;
    case '-d':
      draft.to = value.split(',');
      return true;
    case '--src-range':
    case '--dst-range': {
      const networks = networksOfSpan(value.split('-')[0] ?? '', value.split('-')[1] ?? value);
      if (networks !== undefined) draft[word === '--src-range' ? 'from' : 'to'] = networks;
      return networks !== undefined;
    }
    case '-i':
    case '-o':
      // `eth+` stands for every name that begins so.
      if (!value.endsWith('+')) draft[word === '-i' ? 'incoming' : 'outgoing'] = [value];
      return !value.endsWith('+');
    case '-p':
      draft.transport =
        value === 'tcp' || value === 'udp' ? value : /^(ipv6-)?icmp(v6)?$/.test(value) ? 'icmp' : 'other';
      return true;
    case '--dport':
    case '--dports':
      draft.ports = value.split(',').map((port) => port.replace(':', '-'));
      return true;
    case '--state':
    case '--ctstate':
      // Whatever is not new belongs to a connection that was let through before, or to none.
      if (!value.split(',').includes('NEW')) draft.answers = true;
      return true;
    default:
      return false;
  }
}

/** Words as a shell would read them; undefined where a quotation does not end. */
function wordsOf(line: string): string[] | undefined {
  const words = line.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  return (line.match(/(?<!\\)"/g) ?? []).length % 2 === 1
    ? undefined
    : words.map((word) => word.replace(/^"(.*)"$/s, '$1'));
}
