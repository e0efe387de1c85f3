/** Whether security events are recorded, and whether they leave the host. Pure. */
import type { FactValue } from '../contract/vocabulary.ts';
import { type Answers, linesOf, settingsOf, troubleWith } from './answers.ts';
import type { Found } from './draft.ts';

/** In the order in which the command asks for them. */
const units = [
  'auditd',
  'rsyslog',
  'syslog-ng',
  'systemd-journald',
  'systemd-journal-upload',
  'vector',
  'fluent-bit',
  'filebeat',
  'clamav-daemon',
  'fapolicyd',
] as const;
type Unit = (typeof units)[number];

const programOf: Readonly<Record<string, Unit>> = {
  auditd: 'auditd',
  rsyslogd: 'rsyslog',
  'syslog-ng': 'syslog-ng',
  'systemd-journal': 'systemd-journald',
  vector: 'vector',
  'fluent-bit': 'fluent-bit',
  filebeat: 'filebeat',
  clamd: 'clamav-daemon',
  fapolicyd: 'fapolicyd',
};

export interface Running {
  readonly units: ReadonlySet<Unit>;
  /** Names of programs; empty where the host shows none but our own. */
  readonly programs: ReadonlySet<string>;
}

/** What runs, by the service manager or else by the names of all programs. Undefined where neither can be seen. */
export function runningOf(answers: Answers): Running | undefined {
  const services = answers.get('services');
  const programs = new Set(linesOf(answers.get('programs')?.output ?? ''));
  const states = linesOf(services?.output ?? '');
  if (states.length === units.length) {
    return { units: new Set(units.filter((_, index) => states[index] === 'active')), programs };
  }
  // With hidepid an account sees its own programs alone; whoever sees the first program or the SSH server sees all.
  const seesAll = ['systemd', 'init', 'procd', 'sshd', 'dropbear'].some((name) => programs.has(name));
  if (!seesAll) return undefined;
  return {
    units: new Set([...programs].map((name) => programOf[name]).filter((unit) => unit !== undefined)),
    programs,
  };
}

export function localLogging(answers: Answers): Found<boolean> | undefined {
  if (!answers.has('services') || !answers.has('programs')) return undefined;
  const running = runningOf(answers);
  if (running === undefined) return { unseen: 'unsupported' };
  const recorders: readonly Unit[] = ['auditd', 'rsyslog', 'syslog-ng', 'systemd-journald'];
  const records =
    recorders.some((unit) => running.units.has(unit)) ||
    ['syslogd', 'klogd', 'logd'].some((name) => running.programs.has(name));
  return { value: records, basis: records ? 'authoritative' : 'inferred' };
}

/** The least that the journal keeps (journald.conf(5)); what other recorders keep stands in languages of their own. */
export function localLevel(answers: Answers): Found<FactValue<'logging.level'>> | undefined {
  const answer = answers.get('journal');
  if (answer === undefined || !answers.has('services')) return undefined;
  const running = runningOf(answers);
  if (!running?.units.has('systemd-journald')) return { unseen: 'unsupported' };
  const settings = settingsOf(answer.output);
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return { unseen: trouble };
  if (!linesOf(answer.output).some((line) => line.startsWith(mainJournal))) return { unseen: 'unsupported' };
  // Drop-ins come after the main file, by name, and the last word counts (systemd.syntax(7)).
  const nameOf = (file: string) => file.slice(file.lastIndexOf('/') + 1);
  const inOrder = [
    ...settings.filter(({ file }) => file === mainJournal),
    ...settings
      .filter(({ file }) => file !== mainJournal)
      .toSorted((one, other) => (nameOf(one.file) < nameOf(other.file) ? -1 : 1)),
  ];
  const last = (key: string) =>
    inOrder
      .findLast(({ text }) => text.startsWith(`${key}=`))
      ?.text.slice(key.length + 1)
      .trim()
      .toLowerCase();
  if (last('Storage') === 'none') return { unseen: 'unsupported' };
  const level = levelOf[last('MaxLevelStore') || 'debug'];
  return level === undefined ? { unseen: 'unsupported' } : { value: level, basis: 'stated' };
}

const mainJournal = '/etc/systemd/journald.conf';

/** Names and numbers of syslog(3), in the words that the fact has. */
const levelOf: Readonly<Record<string, FactValue<'logging.level'>>> = {
  emerg: 'error',
  alert: 'error',
  crit: 'error',
  err: 'error',
  warning: 'warning',
  notice: 'info',
  info: 'info',
  debug: 'debug',
  0: 'error',
  1: 'error',
  2: 'error',
  3: 'error',
  4: 'warning',
  5: 'info',
  6: 'info',
  7: 'debug',
};

export interface Forwarding {
  readonly enabled: Found<boolean>;
  readonly encrypted: Found<boolean>;
}

/** Whether events leave the host, and protected. Only forwarders whose settings we read can be said to be encrypted. */
export function remoteLogging(answers: Answers): Forwarding | undefined {
  const answer = answers.get('forwarding');
  if (answer === undefined || !answers.has('services')) return undefined;
  const running = runningOf(answers);
  if (running === undefined) return both({ unseen: 'unsupported' });
  const known = forwardersOf(answer.output, running);
  const other = (['syslog-ng', 'vector', 'fluent-bit', 'filebeat'] as const).some((unit) => running.units.has(unit));
  if (known.length > 0) {
    const encrypted = known.every((forwarder) => forwarder === 'protected');
    return {
      enabled: { value: true, basis: 'stated' },
      encrypted: encrypted && other ? { unseen: 'unsupported' } : { value: encrypted, basis: 'stated' },
    };
  }
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return both({ unseen: trouble });
  // They forward or write files, as their own settings say, which we do not read.
  if (other) return both({ unseen: 'unsupported' });
  return { enabled: { value: false, basis: 'inferred' }, encrypted: { unseen: 'notTried' } };
}

function forwardersOf(text: string, { units: active, programs }: Running): ('protected' | 'clear')[] {
  const settings = settingsOf(text);
  const rsyslog = settings.filter(({ file }) => file.startsWith('/etc/rsyslog'));
  const tlsByDefault =
    rsyslog.some(({ text: line }) => /DefaultNetstreamDriver(\s|\b.*=\s*)"?(gtls|ossl)/i.test(line)) &&
    rsyslog.some(({ text: line }) => /StreamDriverMode\s*=?\s*"?1/i.test(line));
  const found: ('protected' | 'clear')[] = [];
  for (const { text: line } of active.has('rsyslog') ? rsyslog : []) {
    const legacy = /\s(@@?)\S+$/.exec(line);
    const action = /type="(omfwd|omrelp)"/i.test(line);
    const own = /StreamDriver="?(gtls|ossl)|tls="on"/i.test(line);
    if (legacy !== null) found.push(legacy[1] === '@@' && tlsByDefault ? 'protected' : 'clear');
    else if (action) found.push(own || (tlsByDefault && /protocol="tcp"/i.test(line)) ? 'protected' : 'clear');
  }
  const upload = settings.find(({ file, text: line }) => file.includes('journal-upload') && line.startsWith('URL='));
  if (active.has('systemd-journal-upload') && upload !== undefined) {
    found.push(upload.text.startsWith('URL=http:') ? 'clear' : 'protected');
  }
  // OpenWrt: logd sends to log_ip by UDP or TCP, never by TLS.
  const logIp = settings.some(
    ({ file, text: line }) => file === '/etc/config/system' && /^option log_ip\s+'?[^'\s]/.test(line),
  );
  if (programs.has('logd') && logIp) found.push('clear');
  return found;
}

function both(found: Found<boolean>): Forwarding {
  return { enabled: found, encrypted: found };
}
