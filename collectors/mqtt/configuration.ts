/**
 * Reads a mosquitto.conf (mosquitto.conf(5), release 2) as the broker reads it. Pure. Only settings that facts rest on
 * are kept; values of the others, passwords of bridges among them, are dropped at once.
 */
export interface Listener {
  /** Line of its `listener`, `port` or 0 where the broker starts its own. */
  readonly line: number;
  port: number;
  /** Address or interface; undefined: all. A path for a Unix socket, whose port is 0. */
  boundTo?: string;
  protocol: 'mqtt' | 'websockets';
  certificate: boolean;
  key: boolean;
  preSharedKey: boolean;
  tlsVersion?: '1.1' | '1.2' | '1.3';
  requireCertificate: boolean;
  nameFromCertificate: boolean;
  readonly security: Security;
}

/** Settings that are the broker's, or with `per_listener_settings true` each listener's. */
export interface Security {
  allowAnonymous?: boolean;
  passwordFile: boolean;
  aclFile?: string;
  pskFile: boolean;
  plugin: boolean;
}

export interface BrokerConfiguration {
  readonly listeners: readonly Listener[];
  /** No listener is configured: the broker opens one for the machine itself and lets anybody there in. */
  readonly localOnly: boolean;
  readonly logDestinations: readonly string[];
  readonly logTypes: readonly string[];
  readonly connectionMessages: boolean;
  readonly includes: readonly string[];
}

export interface ConfigurationProblem {
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

export type ConfigurationResult =
  | { readonly ok: true; readonly configuration: BrokerConfiguration }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

const booleans = ['true', 'false'];
const logTypes = [
  'debug',
  'error',
  'warning',
  'notice',
  'information',
  'none',
  'subscribe',
  'unsubscribe',
  'websockets',
  'internal',
  'all',
];
const logDestinations = ['none', 'syslog', 'stdout', 'stderr', 'topic', 'dlt', 'file'];
const tlsVersions = { 'tlsv1.1': '1.1', 'tlsv1.2': '1.2', 'tlsv1.3': '1.3' } as const;

/** Settings that no fact rests on: known, so that a misspelt one is noticed. */
const otherSettings = new Set(
  `address addresses allow_duplicate_messages allow_zero_length_clientid auth_plugin_deny_special_chars auto_id_prefix
  autosave_interval autosave_on_changes bind_interface bridge_alpn bridge_attempt_unsubscribe bridge_bind_address
  bridge_cafile bridge_capath bridge_certfile bridge_identity bridge_insecure bridge_keyfile bridge_max_packet_size
  bridge_outgoing_retain bridge_protocol_version bridge_psk bridge_require_ocsp bridge_tcp_keepalive bridge_tls_version
  cafile capath check_retain_source ciphers ciphers_tls1.3 cleansession clientid clientid_prefixes connection crlfile
  dhparamfile enable_control_api http_dir idle_timeout keepalive_interval local_cleansession local_clientid
  local_password local_username log_facility log_timestamp log_timestamp_format max_connections max_inflight_bytes
  max_inflight_messages max_keepalive max_packet_size max_qos max_queued_bytes max_queued_messages max_topic_alias
  memory_limit message_size_limit mount_point notification_topic notifications notifications_local_only password
  persistence persistence_file persistence_location persistent_client_expiration pid_file queue_qos0_messages
  remote_clientid remote_password remote_username restart_timeout retain_available retained_persistence retry_interval
  round_robin set_tcp_nodelay socket_domain start_type store_clean_interval sys_interval threshold tls_engine
  tls_engine_kpass_sha1 tls_keyform topic trace_level try_private upgrade_outgoing_qos use_username_as_clientid user
  username websockets_headers_size websockets_log_level websockets_origin`.split(/\s+/),
);

export function readConfiguration(text: string): ConfigurationResult {
  const problems: ConfigurationProblem[] = [];
  const lines = text.split(/\r?\n/).map((content, index) => ({ line: index + 1, words: wordsOf(content) }));
  const perListener = lines.some(({ words }) => words[0] === 'per_listener_settings' && words[1] === 'true');
  const shared = noSecurity();
  const standard = newListener(0, 1883, shared);
  const listeners: Listener[] = [];
  let standardUsed = false;
  let current = standard;
  const destinations: string[] = [];
  const types: string[] = [];
  const includes: string[] = [];
  let connectionMessages = true;

  for (const { line, words } of lines) {
    const [name, first, ...rest] = words;
    if (name === undefined) continue;
    const expect = (expected: string) => {
      problems.push({ line, expected, found: first === undefined ? 'nothing' : JSON.stringify(first.slice(0, 60)) });
    };
    const flag = () => {
      if (first === undefined || !booleans.includes(first)) expect(`true or false after ${name}`);
      return first === 'true';
    };
    const given = () => {
      if (first === undefined) expect(`a value after ${name}`);
      return first !== undefined;
    };
    switch (name) {
      case 'listener': {
        const port = Number(first);
        const socket = port === 0 && rest[0] !== undefined;
        if (!/^\d+$/.test(first ?? '') || port > 65_535 || (port === 0 && !socket)) expect('a port after listener');
        current = newListener(line, port, perListener ? noSecurity() : shared);
        if (rest[0] !== undefined) current.boundTo = rest[0];
        listeners.push(current);
        break;
      }
      case 'port':
        if (!/^[1-9]\d*$/.test(first ?? '') || Number(first) > 65_535) expect('a port after port');
        standard.port = Number(first);
        standardUsed = true;
        break;
      case 'bind_address':
        if (given()) standard.boundTo = first ?? '';
        break;
      case 'protocol':
        if (first !== 'mqtt' && first !== 'websockets') expect('mqtt or websockets after protocol');
        else current.protocol = first;
        break;
      case 'certfile':
        current.certificate = given();
        break;
      case 'keyfile':
        current.key = given();
        break;
      case 'psk_hint':
        current.preSharedKey = given();
        break;
      case 'tls_version': {
        const version = Object.entries(tlsVersions).find(([word]) => word === first)?.[1];
        if (version === undefined) expect('tlsv1.1, tlsv1.2 or tlsv1.3 after tls_version');
        else current.tlsVersion = version;
        break;
      }
      case 'require_certificate':
        current.requireCertificate = flag();
        break;
      case 'use_identity_as_username':
      case 'use_subject_as_username':
        current.nameFromCertificate = flag();
        break;
      case 'per_listener_settings':
        flag();
        break;
      case 'allow_anonymous':
        current.security.allowAnonymous = flag();
        break;
      case 'password_file':
        current.security.passwordFile = given();
        break;
      case 'acl_file':
        if (given()) current.security.aclFile = first ?? '';
        break;
      case 'psk_file':
        current.security.pskFile = given();
        break;
      case 'plugin':
      case 'auth_plugin':
        current.security.plugin = given();
        break;
      case 'include_dir':
        if (given()) includes.push(first ?? '');
        break;
      case 'log_dest':
        if (first === undefined || !logDestinations.includes(first))
          expect(`one of ${logDestinations.join(', ')} after log_dest`);
        else destinations.push(first);
        break;
      case 'log_type':
        if (first === undefined || !logTypes.includes(first)) expect(`one of ${logTypes.join(', ')} after log_type`);
        else types.push(first);
        break;
      case 'connection_messages':
        connectionMessages = flag();
        break;
      default:
        if (!otherSettings.has(name) && !/^(auth|plugin)_opt_/.test(name)) {
          problems.push({ line, expected: 'a setting of mosquitto', found: JSON.stringify(name.slice(0, 60)) });
        }
    }
  }
  for (const listener of [...listeners, standard]) {
    if (listener.certificate !== listener.key) {
      problems.push({
        line: listener.line,
        expected: 'certfile and keyfile together',
        found: listener.certificate ? 'no keyfile' : 'no certfile',
      });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const localOnly = listeners.length === 0 && !standardUsed && standard.boundTo === undefined;
  if (localOnly) standard.boundTo = 'localhost';
  const opened = listeners.length === 0 || standardUsed || standard.boundTo !== undefined;
  return {
    ok: true,
    configuration: {
      listeners: opened ? [standard, ...listeners] : listeners,
      localOnly,
      logDestinations: destinations,
      logTypes: types,
      connectionMessages,
      includes,
    },
  };
}

/** A comment is a line that begins with #; inside a value the sign has no meaning. */
export function wordsOf(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' || trimmed.startsWith('#') ? [] : trimmed.split(/\s+/);
}

function newListener(line: number, port: number, security: Security): Listener {
  return {
    line,
    port,
    protocol: 'mqtt',
    certificate: false,
    key: false,
    preSharedKey: false,
    requireCertificate: false,
    nameFromCertificate: false,
    security,
  };
}

function noSecurity(): Security {
  return { passwordFile: false, pskFile: false, plugin: false };
}
