/** Which log-ins the configuration of OpenSSH allows (sshd_config(5)). Pure. */
import type { FactValue } from '../contract/vocabulary.ts';
import { settingsOf, troubleWith } from './answers.ts';
import type { Found } from './draft.ts';
import type { CommandAnswer } from './raw.ts';

type SshMethod = FactValue<'ssh.auth.methods'>[number];

const main = '/etc/ssh/sshd_config';
const deciding = [
  'passwordauthentication',
  'pubkeyauthentication',
  'kbdinteractiveauthentication',
  'challengeresponseauthentication',
  'hostbasedauthentication',
  'gssapiauthentication',
  'permitemptypasswords',
  'authenticationmethods',
];

/**
 * Read only where the configuration names the port that we came in by: another file may rule this server. What a
 * Match block decides for some of the users is ambiguous.
 */
export function serverMethods(
  answer: CommandAnswer | undefined,
  port: number,
):
  | { readonly value: readonly SshMethod[]; readonly basis: 'stated' }
  | Extract<Found<never>, { unseen: unknown }>
  | undefined {
  if (answer === undefined) return undefined;
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return { unseen: trouble };
  const lines = inOrder(answer.output);
  if (lines.length === 0) return { unseen: 'unsupported' };
  const settings = new Map<string, string>();
  const ports: string[] = [];
  let matched = false;
  for (const [word, value] of lines) {
    if (word === 'match') matched = true;
    else if (matched && deciding.includes(word)) return { unseen: 'ambiguous' };
    else if (!matched && word === 'port') ports.push(value);
    // The first value counts.
    else if (!matched && !settings.has(word)) settings.set(word, value.toLowerCase());
  }
  if (!(ports.length === 0 ? ['22'] : ports).includes(String(port))) return { unseen: 'ambiguous' };
  if (settings.has('authenticationmethods') && settings.get('authenticationmethods') !== 'any') {
    return { unseen: 'ambiguous' };
  }
  const on = (word: string, otherwise: 'yes' | 'no') => (settings.get(word) ?? otherwise) === 'yes';
  const interactive = settings.get('kbdinteractiveauthentication') ?? settings.get('challengeresponseauthentication');
  const methods: SshMethod[] = [
    ...(on('gssapiauthentication', 'no') ? (['gssapi'] as const) : []),
    ...(on('hostbasedauthentication', 'no') ? (['hostbased'] as const) : []),
    ...((interactive ?? 'yes') === 'yes' ? (['keyboard-interactive'] as const) : []),
    ...(on('passwordauthentication', 'yes') ? (['password'] as const) : []),
    ...(on('pubkeyauthentication', 'yes') ? (['publickey'] as const) : []),
  ];
  return methods.length === 0 ? { unseen: 'ambiguous' } : { value: methods, basis: 'stated' };
}

/** Lines in the order in which the server reads them: included files stand where the Include stands. */
function inOrder(text: string): (readonly [string, string])[] {
  const settings = settingsOf(text).map(({ file, text: line }) => {
    const [word = '', ...values] = line.split(/[\s=]+/);
    return { file, pair: [word.toLowerCase(), values.join(' ').replace(/^"(.*)"$/, '$1')] as const };
  });
  const included = settings.filter(({ file }) => file !== main).map(({ pair }) => pair);
  return settings
    .filter(({ file }) => file === main)
    .flatMap(({ pair }) => (pair[0] === 'include' ? included : [pair]));
}
