import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../../collectors/contract/vocabulary.ts';
import { readHocon } from '../../../collectors/mqtt/hocon.ts';
import { settingsOf } from '../../../collectors/mqtt/hocon-value.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { temporaryFolder } from '../../support/program.ts';
import { provenRun, told } from '../proof-suite.ts';

const found = collectorOf('mqtt');
if (found === undefined) throw new Error('mqtt is not on the list');
const entry = found;
let folder: { path: string; remove: () => void };
beforeAll(() => {
  folder = temporaryFolder('emqx');
});
afterAll(() => folder.remove());

let count = 0;
const reference = (path: string) => '$'.concat('{', path, '}');
/** Writes the files into a folder of their own and looks at the first. */
async function read(files: Record<string, string>, options: Record<string, unknown> = {}) {
  count += 1;
  const home = join(folder.path, `case-${count}`);
  mkdirSync(home, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  return provenRun(entry, pathToFileURL(join(home, Object.keys(files)[0] ?? '')).href, { tier: 'T0', options });
}

/** As a package installs it (release 5): names of the node and the cluster, and nothing else. */
const shipped = `## NOTE: overrides data/configs/cluster.hocon
node {
  name = "emqx@127.0.0.1"
  cookie = "a-cookie-of-our-own"
  data_dir = "/var/lib/emqx"
}

cluster {
  name = emqxcl
  discovery_strategy = manual
}
`;
/** The rules that it ships, in our spelling. */
const standardRules = `%% default
{allow, {username, {re, "^dashboard$"}}, subscribe, ["$SYS/#"]}.
{allow, {ipaddr, "127.0.0.1"}, all, ["$SYS/#", "#"]}.
{deny, all, subscribe, ["$SYS/#", {eq, "#"}, {eq, "+/#"}]}.
{allow, all}.
`;
const plainOff = ['tcp', 'ws', 'wss'].map((kind) => `listeners.${kind}.default.enable = false\n`).join('');
const password = 'authentication = [{mechanism = password_based, backend = built_in_database}]\n';

const conf = (text: string, more: Record<string, string> = {}) =>
  read({ 'emqx.conf': `${shipped}${text}`, 'cluster.hocon': '', ...more });

describe('the configuration of EMQX as evidence', () => {
  it('reads what is shipped: four listeners, nobody asked who they are, everything allowed', async () => {
    const result = await conf('', { 'acl.conf': standardRules });
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts, told(result)).toMatchObject({
      'auth.anonymous.accepted': true,
      'auth.methods': ['none'],
      'auth.clientCertificate.required': 'none',
      'authorization.defaultDeny': false,
      'authorization.publish.scoped': false,
      'authorization.wildcard.granted': true,
      'channel.encryption': 'none',
      'channel.strongestEncryption': 'encrypted',
      'logging.level': 'warning',
      'logging.local.enabled': true,
      'tls.version.min': '1.2',
      'tls.version.max': '1.3',
    });
    expect(result.facts['service.listeners']?.map(({ id, protocol }) => `${protocol} ${id}`)).toEqual([
      'mqtt tcp/1883/*',
      'mqtts tcp/8883/*',
      'ws tcp/8083/*',
      'wss tcp/8084/*',
      'http tcp/18083/*',
    ]);
    expect(result.basis).toMatchObject({ 'logging.local.enabled': 'inferred' });
  });

  it.each<[string, string, Facts]>([
    [
      'a chain asks for a log-in, in clear on the port without TLS',
      password,
      { 'auth.anonymous.accepted': false, 'auth.methods': ['password'], 'auth.password.clearText': true },
    ],
    [
      'an authenticator that is off is none',
      'authentication = [{mechanism = password_based, backend = built_in_database, enable = false}]\n',
      { 'auth.anonymous.accepted': true },
    ],
    [
      'a single authenticator without a list',
      'authentication { mechanism = jwt, from = password, secret = hush }\n',
      { 'auth.anonymous.accepted': false, 'auth.methods': ['token'] },
    ],
    [
      'a listener without authentication, beside a chain',
      `${password}listeners.tcp.default.enable_authn = false\n`,
      { 'auth.anonymous.accepted': true, 'auth.methods': ['none', 'password'] },
    ],
    [
      'a name that anybody can make up proves nothing',
      'listeners.tcp.default.enable_authn = quick_deny_anonymous\n',
      { 'auth.anonymous.accepted': true },
    ],
    [
      'only TLS with certificates of clients',
      `${plainOff}listeners.ssl.default {
        bind = "10.0.0.5:8883"
        ssl_options { versions = [tlsv1.3], verify = verify_peer, fail_if_no_peer_cert = true, certfile = "c.pem" }
      }\n`,
      {
        'auth.anonymous.accepted': false,
        'auth.methods': ['certificate'],
        'auth.clientCertificate.required': 'required',
        'channel.encryption': 'encrypted',
        'tls.version.min': '1.3',
      },
    ],
    [
      'certificates that are asked for and not required',
      `${plainOff}listeners.ssl.default.ssl_options.verify = verify_peer\n`,
      { 'auth.clientCertificate.required': 'requested', 'auth.anonymous.accepted': true },
    ],
    [
      'old versions of TLS',
      `${plainOff}listeners.ssl.default.ssl_options.versions = "tlsv1.2,tlsv1.1,tlsv1"\n`,
      { 'tls.version.min': '1.0', 'tls.version.max': '1.2' },
    ],
    [
      'a listener for the machine itself does not count beside others',
      `${password}listeners.ws.default.enable = false\nlisteners.tcp.default.bind = "127.0.0.1:1883"\n`,
      { 'channel.encryption': 'encrypted', 'auth.password.clearText': false },
    ],
    [
      'no match is refused, where nobody else decides',
      'authorization { sources = [], no_match = deny }\n',
      { 'authorization.defaultDeny': true, 'authorization.wildcard.granted': false },
    ],
    [
      'a log for errors only holds no log-in',
      'log.file { enable = true, level = error }\nlog.console.enable = false\n',
      { 'logging.local.enabled': false, 'logging.level': 'error' },
    ],
    [
      'a log file',
      'log.file { enable = true, level = info }\n',
      { 'logging.local.enabled': true, 'logging.level': 'info' },
    ],
    ['the words that the maker ships', 'node.cookie = emqxsecretcookie\n', { 'auth.defaultCredential.present': true }],
    [
      'the first password of the dashboard',
      'dashboard.default_password = "public"\n',
      { 'auth.defaultCredential.present': true },
    ],
  ])('%s', async (_name, text, facts) => {
    const result = await conf(text, { 'acl.conf': standardRules });
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts, told(result)).toMatchObject(facts);
  });

  it.each<[string, string, Facts, string | undefined]>([
    [
      'the shipped list with its last rule turned',
      standardRules.replace('{allow, all}', '{deny, all}'),
      {
        'authorization.defaultDeny': true,
        'authorization.publish.scoped': true,
        'authorization.wildcard.granted': false,
      },
      undefined,
    ],
    [
      'own topics only',
      `{allow, all, all, ["d/${reference('clientid')}/#"]}.\n{deny, all}.\n`,
      { 'authorization.publish.scoped': true, 'authorization.defaultDeny': true },
      undefined,
    ],
    [
      'reading everything',
      '{allow, all, subscribe, ["#"]}.\n{deny, all}.\n',
      {
        'authorization.publish.scoped': true,
        'authorization.wildcard.granted': true,
        'authorization.defaultDeny': false,
      },
      undefined,
    ],
    [
      'everything for somebody named',
      '{allow, {username, "admin"}, all, ["#"]}.\n{deny, all}.\n',
      { 'authorization.defaultDeny': true },
      'authorization.publish.scoped',
    ],
    [
      'everybody by their address',
      '{allow, {ipaddr, "0.0.0.0/0"}, publish, ["#"]}.\n{deny, all}.\n',
      { 'authorization.publish.scoped': false },
      undefined,
    ],
    [
      'a rule for the profile that is not on',
      '{allow, {security_profile, hardened}}.\n{deny, all}.\n',
      { 'authorization.defaultDeny': true },
      undefined,
    ],
  ])('follows an access list: %s', async (_name, acl, facts, ambiguous) => {
    const result = await conf('', { 'acl.conf': acl });
    expect(result.facts, told(result)).toMatchObject(facts);
    if (ambiguous !== undefined) expect(result.unseen).toMatchObject({ [ambiguous]: 'ambiguous' });
  });

  it('leaves open what a source decides whose rules are not here', async () => {
    for (const text of ['authorization.sources = [{type = built_in_database}]\nauthorization.no_match = deny\n', '']) {
      const result = await conf(text);
      expect(result.unseen, told(result)).toMatchObject({
        'authorization.defaultDeny': 'ambiguous',
        'authorization.wildcard.granted': 'ambiguous',
      });
    }
  });

  it.each([
    ['a web server', 'authentication = [{mechanism = password_based, backend = http, url = "http://10.0.0.9/a"}]\n'],
    ['an expression', 'authentication = [{mechanism = cinfo, checks = []}]\n'],
    ['a hook', `${password}exhook.servers = [{name = x, url = "http://10.0.0.9"}]\n`],
    ['a plugin', `${password}plugins.states = [{name_vsn = "x-1.0", enable = true}]\n`],
  ])('does not say who is let in where %s decides', async (_name, text) => {
    expect((await conf(text)).unseen).toMatchObject({ 'auth.anonymous.accepted': 'ambiguous' });
  });

  it('lets the later layer win: base, cluster, emqx.conf, and the environment above all', async () => {
    const base = {
      'base.hocon':
        'listeners.tcp.default.bind = 1001\nlisteners.ssl.default.bind = 1001\nlisteners.ws.default.bind = 1001\nlisteners.wss.default.bind = 1001\n',
    };
    const cluster =
      'listeners.ssl.default.bind = 1002\nlisteners.ws.default.bind = 1002\nlisteners.wss.default.bind = 1002\n';
    const environment =
      '# a comment\nexport EMQX_LISTENERS__WSS__DEFAULT__BIND="0.0.0.0:1004"\nEMQX_DASHBOARD__DEFAULT_PASSWORD=s3cr3t-env\nEMQX_AUTHENTICATION__1__ENABLE=false\n';
    const result = await conf(`${password}listeners.ws.default.bind = 1003\nlisteners.wss.default.bind = 1003\n`, {
      ...base,
      'cluster.hocon': cluster,
      'emqx.env': environment,
    });
    const mqtt = result.facts['service.listeners']?.filter(({ protocol }) => protocol !== 'http');
    expect(
      mqtt?.map(({ port }) => port),
      told(result),
    ).toEqual([1001, 1002, 1003, 1004]);
    expect(result.facts['auth.anonymous.accepted']).toBe(true);
    expect(JSON.stringify(result)).not.toContain('s3cr3t-env');
  });

  it('knows the defaults of the hardened profile', async () => {
    const result = await conf('listeners.ssl.default.bind = "10.0.0.5:8883"\n', {
      'acl.conf': standardRules.replace('{allow, all}', '{allow, {security_profile, legacy}}'),
      'emqx.env': 'EMQX_SECURITY_PROFILE=hardened\n',
    });
    expect(result.facts, told(result)).toMatchObject({
      'auth.anonymous.accepted': false,
      'authorization.defaultDeny': true,
      // The others listen on the machine itself only.
      'channel.encryption': 'encrypted',
    });
  });

  it('asks for all layers, because what is set from the dashboard lies in another file', async () => {
    const alone = await read({ 'emqx.conf': shipped });
    expect(alone.outcome).toBe('unsupported');
    expect(alone.detail).toContain('expected cluster.hocon beside it');
    const other = await read({ 'cluster.hocon': password });
    expect(other.detail).toContain('expected emqx.conf beside it');
    const old = await conf('', { 'cluster-override.conf': '' });
    expect(old.detail).toContain('release 5.0');
  });

  it('takes the whole running configuration from one file', async () => {
    const result = await read({
      'running.hocon': `${shipped}${password}mqtt { max_packet_size = 1MB }\nlog { console { enable = true, level = warning } }\nauthorization { no_match = deny, sources = [] }\nlisteners { tcp { default { bind = "0.0.0.0:1883", enable = true } } }\n`,
    });
    expect(result.facts, told(result)).toMatchObject({
      'auth.anonymous.accepted': false,
      'authorization.defaultDeny': true,
    });
  });

  it('says that release 4 is not read', async () => {
    const result = await read({
      'emqx.conf': 'node.name = emqx@127.0.0.1\nallow_anonymous = true\nlistener.tcp.external = 1883\n',
    });
    expect(result.outcome).toBe('unsupported');
    expect(result.detail).toContain('found that of release 4');
  });

  it('reports every wrong setting at once, with file and line, and no value', async () => {
    const lines = [
      'listeners.tcp.default.bind = s3cr3t',
      'listeners.ssl.default.ssl_options.versions = [sslv3]',
      'listeners.ws.default.enable = perhaps',
      'authorization.no_match = s3cr3t',
      'authentication = [{backend = http}]',
    ];
    const { detail, ...result } = await conf(lines.join('\n'));
    expect(result.outcome).toBe('unsupported');
    const first = shipped.split('\n').length;
    for (const [index, expected] of [
      'a port, or an address and a port',
      'versions of TLS',
      'true or false',
      'allow or deny',
      'a mechanism',
    ].entries())
      expect(detail).toContain(`emqx.conf:${first + index}: expected ${expected}`);
    expect(detail).not.toContain('s3cr3t');
    expect(result.facts).toEqual({});
  });

  it('reports a syntax error of each file, and of each rule of an access list', async () => {
    const broken = await conf('listeners.tcp.default {\n  bind = 1883\n', { 'cluster.hocon': 'a = "x\n' });
    expect(broken.detail?.split('; ')).toEqual([
      'cluster.hocon:1: expected a closing quotation mark, found the end of the line',
      'emqx.conf:14: expected a closing brace for line 12, found the end of the file',
    ]);
    const rules = await conf('', { 'acl.conf': '{allow, all\n{permit, all}.\n{deny all}.\n{allow, all}.\n' });
    expect(rules.detail).toContain('acl.conf:2: expected a comma or }');
    expect(rules.detail).toContain('acl.conf:3: expected a comma or }');
  });

  it('keeps no secret and opens nothing outside the folder', async () => {
    writeFileSync(join(folder.path, 'outside.hocon'), 'listeners.tcp.default.enable_authn = false\n');
    const secrets =
      'node.cookie = "s3cr3t-cookie"\ndashboard.default_password = "s3cr3t-word"\nauthentication = [{mechanism = jwt, secret = "s3cr3t-key"}]\n';
    expect(JSON.stringify(await conf(secrets))).not.toContain('s3cr3t');
    for (const named of ['../outside.hocon', '/etc/passwd', 'http://127.0.0.1/x']) {
      const result = await conf(`include "${named}"\n`);
      expect(result.outcome, named).toBe('unsupported');
      expect(result.facts).toEqual({});
    }
    const inside = await conf('include "more.conf"\n', { 'more.conf': password });
    expect(inside.facts).toMatchObject({ 'auth.anonymous.accepted': false });
  });

  it.each<[string, string]>([
    ['braces without end', '{'.repeat(200_000)],
    ['nested values', 'a = ['.repeat(100_000)],
    ['a file that includes itself', 'include "emqx.conf"\n'],
    [
      'references that double at each step',
      Array.from({ length: 40 }, (_, i) => `x${i + 1} = \${x${i}}\${x${i}}\n`)
        .join('')
        .concat('x0 = aaaaaaaaaa\nauthorization.no_match = '.concat(reference('x40'))),
    ],
    [
      'references in a circle',
      `a = ${reference('b')}\nb = ${reference('a')}\nauthorization.no_match = ${reference('a')}\n`,
    ],
    ['a hundred thousand settings', Array.from({ length: 50_000 }, (_, i) => `zones.z.k${i} = 1\n`).join('')],
    ['bytes that are no text', 'a = "\0\0"\n'],
    ['a prototype', '__proto__.listeners.tcp.default.enable = false\nconstructor.prototype.x = 1\n'],
  ])('survives %s within bounds', async (_name, text) => {
    const began = performance.now();
    const result = await conf(text);
    expect(['observed', 'unsupported'], told(result)).toContain(result.outcome);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('the reader of HOCON', () => {
  const values = (text: string) => {
    const { root, problems } = readHocon([{ name: 'x', text }], new Map());
    expect(problems).toEqual([]);
    return settingsOf(root, []);
  };

  it.each<[string, string, string | undefined]>([
    ['a.b.c = 1', 'a.b.c', '1'],
    ['a { b { c : 1 } }', 'a.b.c', '1'],
    ['{"a": {"b": "x"}}', 'a.b', 'x'],
    ['a = 1 # one\nb = 2 // two', 'b', '2'],
    ['url = http://10.0.0.1/a // where', 'url', 'http://10.0.0.1/a'],
    ['a = "x\\"y\\u0041"', 'a', 'x"yA'],
    ['a = """two\n"lines""""\nb = 1', 'b', '1'],
    [`a = ${reference('b.c')}\nb { c = 7 }`, 'a', '7'],
    [`a = ${reference('b')}/x\nb = y`, 'a', 'y/x'],
    ['a { x = 1, y = 2 }\na { y = 3 }', 'a.y', '3'],
    ['a { x = 1 }\na = 5', 'a', '5'],
    ['l = [{n = 1}, {n = 2}]\nl.2.n = 9', 'l.1.n', '9'],
    ['a = 1\na = null', 'a', undefined],
    ['"a.b" = 1', 'a.b', undefined],
  ])('%j gives %s = %s', (text, path, value) => {
    expect(values(text).word(path.split('.'))).toBe(value);
  });
});
