/**
 * What the configuration of EMQX, releases 5 and 6, says about the broker (EMQX configuration manual). Pure. Passwords,
 * cookies and addresses of back ends are compared or passed over and never kept.
 */
import type { HoconObject, HoconProblem } from './hocon.ts';
import { type Settings, settingsOf } from './hocon-value.ts';

export const listenerKinds = ['tcp', 'ssl', 'ws', 'wss', 'quic'] as const;
export type ListenerKind = (typeof listenerKinds)[number];
export type EmqxTls = '1.0' | '1.1' | '1.2' | '1.3';

export interface EmqxListener {
  readonly kind: ListenerKind;
  readonly port: number;
  /** undefined: every address. */
  readonly boundTo?: string;
  /** Lowest first; empty without TLS. */
  readonly versions: readonly EmqxTls[];
  readonly clientCertificate: 'none' | 'requested' | 'required';
  /** `enable_authn`: off lets everybody in; named refuses who gives no name before any chain is asked. */
  readonly authentication: 'off' | 'chain' | 'named';
  /** Authenticators that are on, of its own chain or of the common one: `password_based:http`, `jwt`. */
  readonly chain: readonly string[];
}

export interface Source {
  readonly type: string;
  /** Of a file: where it lies, or its rules themselves. */
  readonly path?: string;
  readonly rules?: string;
}

export interface EmqxConfiguration {
  readonly listeners: readonly EmqxListener[];
  readonly dashboard: readonly { readonly port: number; readonly boundTo?: string; readonly tls: boolean }[];
  /** Defaults of the profile `hardened` (from release 6.3 on). */
  readonly hardened: boolean;
  readonly noMatch: 'allow' | 'deny';
  readonly sources: readonly Source[];
  /** Plugins or hooks to other programs, which may decide what the configuration does not say. */
  readonly decidedElsewhere: boolean;
  /** Levels of the log handlers that are on; undefined: which are on is not said here. */
  readonly logs: readonly { readonly handler: string; readonly level: string }[] | undefined;
  readonly auditLog: boolean;
  /** A maker's default secret stands here: that of the cluster, or the first one of the dashboard. */
  readonly defaultSecret: 'cookie' | 'dashboard' | undefined;
}

/** Values of the environment that are no settings. */
export interface EmqxEnvironment {
  readonly profile?: string;
  readonly logHandler?: string;
}

export function readEmqx(
  root: HoconObject,
  environment: EmqxEnvironment,
): { readonly configuration: EmqxConfiguration; readonly problems: readonly HoconProblem[] } {
  const problems: HoconProblem[] = [];
  const settings = settingsOf(root, problems);
  const hardened = environment.profile === 'hardened';
  const address = settings.word(['node', 'default_listener_address']) ?? (hardened ? 'loopback' : 'all');
  const common = chainOf(settings, ['authentication']);
  const configuration = {
    listeners: listenerKinds.flatMap((kind) => listenersOf(settings, kind, { common, address })),
    dashboard: dashboardOf(settings, address),
    hardened,
    noMatch: noMatchOf(settings, hardened),
    sources: sourcesOf(settings),
    decidedElsewhere: isOn(settings, ['exhook', 'servers']) || isOn(settings, ['plugins', 'states']),
    logs: logsOf(settings, environment.logHandler),
    auditLog: settings.flag(['log', 'audit', 'enable'], false),
    defaultSecret: defaultSecretOf(settings, hardened),
  } as const;
  return { configuration, problems: once(problems) };
}

const standardPorts = { tcp: 1883, ssl: 8883, ws: 8083, wss: 8084, quic: 14567 } as const;

function listenersOf(
  settings: Settings,
  kind: ListenerKind,
  of: { common: readonly string[]; address: string },
): EmqxListener[] {
  // The broker opens one named `default` of each kind, unless it is switched off by name.
  const names = new Set(settings.names(['listeners', kind]));
  if (kind !== 'quic') names.add('default');
  return [...names].flatMap((name) => {
    const path = ['listeners', kind, name];
    if (settings.has(path) && isDeleted(settings, path)) return [];
    const on = settings.flag([...path, 'enable'], settings.flag([...path, 'enabled'], true));
    const bound = boundOf(settings, [...path, 'bind'], { port: standardPorts[kind], address: of.address });
    if (!on || bound === undefined || bound.port === 0) return [];
    const own = settings.has([...path, 'authentication']) ? chainOf(settings, [...path, 'authentication']) : [];
    return [
      {
        kind,
        ...bound,
        versions: versionsOf(settings, kind, path),
        clientCertificate: certificateOf(settings, kind, path),
        authentication: authenticationOf(settings, path),
        chain: own.length > 0 ? own : of.common,
      },
    ];
  });
}

function isDeleted(settings: Settings, path: readonly string[]): boolean {
  // Asked as a word only where it is one: an object would be a problem.
  return settings.isWord(path) && settings.word(path) === 'marked_for_deletion';
}

/** `1883`, `0.0.0.0:1883`, `[::]:1883`, `::1:1883`. */
function boundOf(
  settings: Settings,
  path: readonly string[],
  otherwise: { port: number; address: string },
): { port: number; boundTo?: string } | undefined {
  const text = settings.word(path)?.trim() ?? `${otherwise.port}`;
  const told = /^(?:(.*):)?(\d{1,5})$/.exec(text);
  const port = Number(told?.[2]);
  if (told === null || port > 65_535) {
    settings.problem(path, 'a port, or an address and a port', 'something else');
    return undefined;
  }
  const named = told[1]?.replace(/^\[(.*)\]$/, '$1') ?? addressWords[otherwise.address] ?? otherwise.address;
  return ['', '*', '0.0.0.0', '::'].includes(named) ? { port } : { port, boundTo: named };
}

const addressWords: Readonly<Record<string, string>> = { all: '*', loopback: '127.0.0.1', nodename: '(node name)' };

const versionWords: Readonly<Record<string, EmqxTls>> = {
  tlsv1: '1.0',
  'tlsv1.0': '1.0',
  'tlsv1.1': '1.1',
  'tlsv1.2': '1.2',
  'tlsv1.3': '1.3',
};

function versionsOf(settings: Settings, kind: ListenerKind, path: readonly string[]): EmqxTls[] {
  if (kind === 'tcp' || kind === 'ws') return [];
  // QUIC is TLS 1.3 (RFC 9001).
  if (kind === 'quic') return ['1.3'];
  const at = [...path, 'ssl_options', 'versions'];
  const words = settings.words(at) ?? ['tlsv1.3', 'tlsv1.2'];
  const versions = words.flatMap((word) => versionWords[word] ?? []);
  if (versions.length < words.length || versions.length === 0) settings.problem(at, 'versions of TLS', 'another word');
  return [...new Set(versions)].sort();
}

function certificateOf(settings: Settings, kind: ListenerKind, path: readonly string[]) {
  if (kind === 'tcp' || kind === 'ws') return 'none';
  const verify = settings.word([...path, 'ssl_options', 'verify']) ?? 'verify_none';
  const must = settings.flag([...path, 'ssl_options', 'fail_if_no_peer_cert'], false);
  if (verify !== 'verify_none' && verify !== 'verify_peer')
    settings.problem([...path, 'ssl_options', 'verify'], 'verify_none or verify_peer', 'another word');
  if (verify === 'verify_none') return 'none';
  return must ? 'required' : 'requested';
}

function authenticationOf(settings: Settings, path: readonly string[]): EmqxListener['authentication'] {
  const at = [...path, 'enable_authn'];
  const word = settings.word(at) ?? 'true';
  if (!['true', 'false', 'quick_deny_anonymous'].includes(word))
    settings.problem(at, 'true, false or quick_deny_anonymous', 'another word');
  return word === 'false' ? 'off' : word === 'quick_deny_anonymous' ? 'named' : 'chain';
}

function chainOf(settings: Settings, path: readonly string[]): string[] {
  return (settings.elements(path) ?? []).flatMap((at) => {
    const mechanism = settings.word([...at, 'mechanism']);
    if (!settings.flag([...at, 'enable'], true)) return [];
    if (mechanism === undefined) {
      settings.problem(at, 'a mechanism', 'none');
      return [];
    }
    const backend = settings.word([...at, 'backend']);
    return [backend === undefined ? mechanism : `${mechanism}:${backend}`];
  });
}

function noMatchOf(settings: Settings, hardened: boolean): 'allow' | 'deny' {
  const path = ['authorization', 'no_match'];
  const word = settings.word(path) ?? (hardened ? 'deny' : 'allow');
  if (word !== 'allow' && word !== 'deny') settings.problem(path, 'allow or deny', 'another word');
  return word === 'deny' ? 'deny' : 'allow';
}

function sourcesOf(settings: Settings): Source[] {
  const paths = settings.elements(['authorization', 'sources']);
  if (paths === undefined) return [{ type: 'file', path: 'acl.conf' }];
  return paths.flatMap((at) => {
    if (!settings.flag([...at, 'enable'], true)) return [];
    const type = settings.word([...at, 'type']);
    if (type === undefined) {
      settings.problem(at, 'a type', 'none');
      return [];
    }
    if (type !== 'file') return [{ type }];
    const rules = settings.word([...at, 'rules']);
    const path = settings.word([...at, 'path']) ?? 'acl.conf';
    return [rules === undefined ? { type, path } : { type, rules }];
  });
}

function isOn(settings: Settings, path: readonly string[]): boolean {
  return (settings.elements(path) ?? []).some((at) => settings.flag([...at, 'enable'], true));
}

function logsOf(settings: Settings, logHandler: string | undefined): EmqxConfiguration['logs'] {
  const found: { handler: string; level: string }[] = [];
  const isSaid = (path: readonly string[]) => settings.has([...path, 'enable']);
  const files = settings.names(['log', 'file']).filter((name) => settings.isObject(['log', 'file', name]));
  const handlers = [
    { handler: 'console', path: ['log', 'console'] },
    // One handler, or several by their names.
    ...(files.length > 0 ? files : ['']).map((name) => ({
      handler: 'file',
      path: name === '' ? ['log', 'file'] : ['log', 'file', name],
    })),
  ];
  let open = false;
  for (const { handler, path } of handlers) {
    const standard = logHandler === undefined ? undefined : logHandler === handler;
    const on = isSaid(path) ? settings.flag([...path, 'enable'], true) : standard;
    if (on === undefined) open = true;
    if (on === true) found.push({ handler, level: settings.word([...path, 'level']) ?? 'warning' });
  }
  if (found.length > 0 || !open) return found;
  // Which one is on by default depends on how the broker was started; one of the two is, unless it is switched off.
  if (handlers.some(({ path }) => isSaid(path))) return undefined;
  const levels = new Set(handlers.map(({ path }) => settings.word([...path, 'level']) ?? 'warning'));
  return levels.size === 1 ? [...levels].map((level) => ({ handler: 'console', level })) : undefined;
}

function dashboardOf(settings: Settings, address: string) {
  const standard = { http: 18_083, https: 0 } as const;
  return (['http', 'https'] as const).flatMap((kind) => {
    const path = ['dashboard', 'listeners', kind];
    const bound = boundOf(settings, [...path, 'bind'], { port: standard[kind], address });
    if (bound === undefined || bound.port === 0 || !settings.flag([...path, 'enable'], true)) return [];
    return [{ ...bound, tls: kind === 'https' }];
  });
}

/** The words that the maker ships: of the cluster's nodes, and of the first account of the dashboard. */
function defaultSecretOf(settings: Settings, hardened: boolean): EmqxConfiguration['defaultSecret'] {
  if (settings.word(['node', 'cookie']) === 'emqxsecretcookie') return 'cookie';
  const first = settings.word(['dashboard', 'default_password']);
  return first === 'public' && !hardened ? 'dashboard' : undefined;
}

function once(problems: readonly HoconProblem[]): HoconProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
