/** Who we are on the host, and who may administer it. Pure. */
import { type Answers, linesOf, troubleWith } from './answers.ts';
import type { Found } from './draft.ts';

/** Groups whose members can become root or write to the machine by the distributions' own settings. */
const powerfulGroups = ['root', 'sudo', 'wheel', 'admin', 'docker', 'lxd', 'libvirt', 'disk', 'shadow', 'kmem'];
const adminGroups = ['root', 'sudo', 'wheel', 'admin', 'docker', 'lxd'];

/** What would let this account change the host; empty for an account as it should be. */
export function powersOf(answers: Answers): string[] {
  const id = answers.get('account')?.output ?? '';
  const groups = [...id.matchAll(/\d+\(([^)]+)\)/g)].slice(1).map((match) => match[1] ?? '');
  const writable = linesOf(answers.get('writable')?.output ?? '').filter((path) => /^\/[\w/]*$/.test(path));
  return [
    ...(/^uid=0\b/.test(id.trim()) ? ['it is user 0'] : []),
    ...[...new Set(groups)].filter((name) => powerfulGroups.includes(name)).map((name) => `member of ${name}`),
    ...writable.map((path) => `can write ${path}`),
  ];
}

/**
 * Accounts that the host's own files make administrators: user 0, and members of the groups that distributions give
 * root's rights. Rules of sudo and directories may add others, so it is `inferred`.
 */
export function privilegedAccounts(answers: Answers): Found<number> | undefined {
  const users = answers.get('users');
  const groups = answers.get('groups');
  if (users === undefined || groups === undefined) return undefined;
  const trouble = troubleWith(users) ?? troubleWith(groups);
  if (trouble !== undefined) return { unseen: trouble };
  const accounts = linesOf(users.output).map((line) => line.split(':'));
  if (accounts.length === 0 || accounts.some((fields) => fields.length !== 4)) return { unseen: 'unsupported' };
  const admins = linesOf(groups.output)
    .map((line) => line.split(':'))
    .filter(([name]) => adminGroups.includes(name ?? ''));
  const groupIds = new Set(admins.map(([, id]) => id));
  const members = new Set(admins.flatMap(([, , names]) => (names ?? '').split(',')).filter((name) => name !== ''));
  // System accounts without a shell hold a primary group and nobody behind it.
  const privileged = accounts.filter(
    ([name = '', uid, gid, shell = '']) =>
      uid === '0' || members.has(name) || (groupIds.has(gid) && !/\/(nologin|false|sync|shutdown|halt)$/.test(shell)),
  );
  return { value: new Set(privileged.map(([name]) => name)).size, basis: 'inferred' };
}

/** Only where pam_pwquality is in force and says a length itself: its built-in value differs by version. */
export function leastPasswordLength(answers: Answers): Found<number> | undefined {
  const answer = answers.get('passwordRules');
  if (answer === undefined) return undefined;
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return { unseen: trouble };
  const lines = linesOf(answer.output).filter((line) => !/^[^:]+:\s*#/.test(line));
  const module = lines.find((line) => line.startsWith('/etc/pam.d/') && line.includes('pam_pwquality'));
  if (module === undefined) return { unseen: 'unsupported' };
  const configured = lines.filter((line) => line.startsWith('/etc/security/')).at(-1);
  const length = /minlen\s*=\s*(\d{1,4})/.exec(module)?.[1] ?? /minlen\s*=\s*(\d{1,4})/.exec(configured ?? '')?.[1];
  return length === undefined ? { unseen: 'unsupported' } : { value: Number(length), basis: 'stated' };
}
