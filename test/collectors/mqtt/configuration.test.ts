import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../../collectors/contract/vocabulary.ts';
import { readConfiguration } from '../../../collectors/mqtt/configuration.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { describeWith, freePort, startProgram, temporaryFolder } from '../../support/program.ts';
import { provenRun, told } from '../proof-suite.ts';

const found = collectorOf('mqtt');
if (found === undefined) throw new Error('mqtt is not on the list');
const entry = found;
let folder: { path: string; remove: () => void };
beforeAll(() => {
  folder = temporaryFolder('conf');
});
afterAll(() => folder.remove());

let count = 0;
/** Writes the files into a folder of their own and looks at the first. */
async function read(files: Record<string, string>) {
  count += 1;
  const home = join(folder.path, `case-${count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const first = Object.keys(files)[0] ?? '';
  return provenRun(entry, pathToFileURL(join(home, first)).href, { tier: 'T0' });
}

const conf = (text: string, more: Record<string, string> = {}) => read({ 'mosquitto.conf': text, ...more });
const tls = 'cafile ca.pem\ncertfile s.pem\nkeyfile s.key\n';

describe('a mosquitto.conf as evidence', () => {
  it.each<[string, string, Facts]>([
    [
      'nothing at all lets the machine itself in',
      '',
      { 'auth.anonymous.accepted': true, 'channel.encryption': 'none' },
    ],
    ['release 2 asks strangers to log in', 'listener 1883\n', { 'auth.anonymous.accepted': false }],
    [
      'allow_anonymous',
      'listener 1883\nallow_anonymous true\n',
      { 'auth.anonymous.accepted': true, 'auth.methods': ['none'] },
    ],
    [
      'a password on a port without TLS crosses in clear',
      'listener 1883\npassword_file p\n',
      { 'auth.password.clearText': true, 'auth.methods': ['password'], 'channel.strongestEncryption': 'none' },
    ],
    [
      'TLS with client certificates',
      `listener 8883\n${tls}require_certificate true\nuse_identity_as_username true\ntls_version tlsv1.3\n`,
      {
        'channel.encryption': 'encrypted',
        'auth.clientCertificate.required': 'required',
        'auth.methods': ['certificate'],
        'tls.version.min': '1.3',
      },
    ],
    [
      'the default floor of TLS',
      `listener 8883\n${tls}`,
      { 'tls.version.min': '1.2', 'auth.clientCertificate.required': 'none' },
    ],
    [
      'the weakest of two listeners',
      `listener 8883\n${tls}require_certificate true\nlistener 1884\n`,
      {
        'channel.encryption': 'none',
        'channel.strongestEncryption': 'encrypted',
        'auth.clientCertificate.required': 'none',
      },
    ],
    [
      'a listener for the machine itself does not count beside others',
      `listener 1883 localhost\nlistener 8883\n${tls}`,
      { 'channel.encryption': 'encrypted' },
    ],
    [
      'security per listener',
      'per_listener_settings true\nlistener 1883\nallow_anonymous false\nlistener 1884\nallow_anonymous true\n',
      { 'auth.anonymous.accepted': true },
    ],
    [
      'security for all listeners',
      'listener 1883\nlistener 1884\nallow_anonymous true\n',
      { 'auth.anonymous.accepted': true },
    ],
    [
      'no access list is full access',
      'listener 1883\n',
      { 'authorization.defaultDeny': false, 'authorization.wildcard.granted': true },
    ],
    ['the default log', 'listener 1883\n', { 'logging.local.enabled': true, 'logging.level': 'info' }],
    ['no log', 'listener 1883\nlog_dest none\n', { 'logging.local.enabled': false, 'logging.level': 'off' }],
    [
      'a log without log-ins',
      'listener 1883\nlog_dest syslog\nlog_type error\n',
      { 'logging.local.enabled': false, 'logging.level': 'error' },
    ],
    ['the old way to name a port', 'port 1999\n', { 'auth.anonymous.accepted': false }],
  ])('%s', async (_name, text, facts) => {
    const result = await conf(text);
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts, told(result)).toMatchObject(facts);
  });

  it.each<[string, string, Facts, string | undefined]>([
    [
      'own topics only',
      'user a\ntopic readwrite a/#\npattern write d/%c\n',
      {
        'authorization.publish.scoped': true,
        'authorization.defaultDeny': true,
        'authorization.wildcard.granted': false,
      },
      undefined,
    ],
    [
      'everything for everybody',
      'topic readwrite #\n',
      {
        'authorization.publish.scoped': false,
        'authorization.defaultDeny': false,
        'authorization.wildcard.granted': true,
      },
      undefined,
    ],
    [
      'everything by a pattern',
      'user a\npattern #\n',
      { 'authorization.publish.scoped': false, 'authorization.wildcard.granted': true },
      undefined,
    ],
    [
      'everything for somebody named',
      'user admin\ntopic #\n',
      { 'authorization.defaultDeny': true },
      'authorization.publish.scoped',
    ],
    [
      'reading everything',
      'topic read #\n',
      {
        'authorization.publish.scoped': true,
        'authorization.wildcard.granted': true,
        'authorization.defaultDeny': false,
      },
      undefined,
    ],
  ])('reads an access list: %s', async (_name, acl, facts, ambiguous) => {
    const result = await conf('listener 1883\nacl_file /etc/mosquitto/acl\n', { acl });
    expect(result.facts, told(result)).toMatchObject(facts);
    if (ambiguous !== undefined) expect(result.unseen).toMatchObject({ [ambiguous]: 'ambiguous' });
  });

  it('does not guess what an access list says that is not there', async () => {
    const result = await conf('listener 1883\nacl_file /etc/mosquitto/acl\n');
    expect(result.unseen).toMatchObject({
      'authorization.defaultDeny': 'ambiguous',
      'authorization.publish.scoped': 'ambiguous',
    });
  });

  it('opens no file outside the folder of the document', async () => {
    const outside = join(folder.path, 'outside-acl');
    writeFileSync(outside, 'topic readwrite #\n');
    for (const named of [outside, '../outside-acl', '/etc/passwd']) {
      const result = await conf(`listener 1883\nacl_file ${named}\n`);
      expect(result.unseen, named).toMatchObject({ 'authorization.defaultDeny': 'ambiguous' });
    }
  });

  it('leaves to a plugin what a plugin decides', async () => {
    const result = await conf('listener 1883\nallow_anonymous true\nplugin /usr/lib/x.so\nplugin_opt_a b\n');
    expect(result.unseen).toMatchObject({
      'auth.anonymous.accepted': 'ambiguous',
      'auth.methods': 'ambiguous',
      'authorization.defaultDeny': 'ambiguous',
    });
  });

  it('reads included files in order, and says where an error stands', async () => {
    const good = await conf('include_dir /etc/mosquitto/conf.d\n', {
      'conf.d/a.conf': 'listener 1883\n',
      'conf.d/b.conf': 'allow_anonymous true\n',
    });
    expect(good.facts).toMatchObject({ 'auth.anonymous.accepted': true });
    const bad = await conf('include_dir conf.d\n', {
      'conf.d/a.conf': 'listener 1883\n',
      'conf.d/b.conf': '# b\nallow_anonymous ja\n',
    });
    expect(bad.outcome).toBe('unsupported');
    expect(bad.detail).toBe('b.conf:2: expected true or false after allow_anonymous, found "ja"');
    expect(bad.facts).toEqual({});
    expect(new Set(Object.values(bad.unseen))).toEqual(new Set(['unsupported']));
    expect((await conf('include_dir /etc/elsewhere\n')).outcome).toBe('unsupported');
  });

  it('reports all errors of a file at once', async () => {
    const { detail } = await conf('listener 99999\nlistner 1883\ntls_version ssl3\ncertfile a\n');
    expect(detail?.split('; ')).toEqual([
      'mosquitto.conf:1: expected a port after listener, found "99999"',
      'mosquitto.conf:2: expected a setting of mosquitto, found "listner"',
      'mosquitto.conf:3: expected tlsv1.1, tlsv1.2 or tlsv1.3 after tls_version, found "ssl3"',
      'mosquitto.conf:1: expected certfile and keyfile together, found no keyfile',
    ]);
  });

  it('never shows the password of a bridge', async () => {
    const result = await conf(
      'listener 1883\nconnection b\naddress 10.0.0.1\nremote_password s3cr3t-bridge\nbridge_psk c0ffee\n',
    );
    expect(JSON.stringify(result)).not.toMatch(/s3cr3t|c0ffee/);
  });

  it.each([
    ['not-there.conf', 'unreachable'],
    ['', 'unsupported'],
  ])('says %j is %s', async (name, outcome) => {
    const url = pathToFileURL(join(folder.path, name)).href;
    expect((await provenRun(entry, url, { tier: 'T0' })).outcome).toBe(outcome);
  });

  it('lists what listens', async () => {
    const { facts } = await conf(
      `listener 1883 10.0.0.1\nlistener 0 /run/m.sock\nlistener 9001\nprotocol websockets\nlistener 8883\n${tls}`,
    );
    expect(facts['service.listeners']).toEqual([
      { id: 'tcp/1883/10.0.0.1', port: 1883, transport: 'tcp', protocol: 'mqtt', boundTo: '10.0.0.1', tls: false },
      { id: 'tcp/9001/*', port: 9001, transport: 'tcp', protocol: 'ws', boundTo: '*', tls: false },
      { id: 'tcp/8883/*', port: 8883, transport: 'tcp', protocol: 'mqtts', boundTo: '*', tls: true },
    ]);
  });
});

describeWith(['mosquitto'], 'the reader of mosquitto.conf beside mosquitto itself', () => {
  it.each([
    ['allow_anonymous true', true],
    ['log_type all\nlog_dest stderr', true],
    ['max_packet_size 4096', true],
    ['listner 1', false],
    ['allow_anonymous maybe', false],
    ['log_type loud', false],
    ['protocol carrier-pigeon', false],
    ['tls_version tlsv1.3', true],
  ])('both think of %j: %s', async (lines, good) => {
    const port = await freePort();
    count += 1;
    const path = join(folder.path, `real-${count}.conf`);
    writeFileSync(path, `listener ${port} 127.0.0.1\nuser root\n${lines}\n`);
    const starting = startProgram('mosquitto', ['-c', path], {
      ready: async (running) => running.output().includes(' running'),
    });
    const taken = await starting.then(
      (running) => running.stop().then(() => true),
      () => false,
    );
    expect(taken).toBe(good);
    expect(readConfiguration(`listener ${port}\nuser root\n${lines}\n`).ok).toBe(good);
  });
});
