import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { secretsOf } from '../../../collectors/contract/credential.ts';
import { checkCredentials, readCredential } from '../../../server/contract/credentials.ts';
import { loadCredentialsFile } from '../../../server/plant/load-credentials.ts';
import { load, plantFolder, problemsOf, told } from '../plant/plant-folder.ts';

const folder = plantFolder();
const pemCertificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const pemKey = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
const env = {
  PW: 'hunter2',
  COMMUNITY: 'c0mm',
  AUTH: 'authauth',
  PRIV: 'privpriv',
  AWS: 'key',
  AWS_ID: 'AKIA1',
  EMPTY: '',
};

function credential(text: string) {
  const file = folder.write({
    'c.yaml': `credentials:\n  x: ${text}\n`,
    'c.pem': pemCertificate,
    'k.pem': pemKey,
    pw: 'hunter2\n',
  });
  const { folder: base, credentials } = loadCredentialsFile(file);
  const source = credentials['x'];
  if (source === undefined) throw new Error('not loaded');
  return readCredential(source, { folder: base, env });
}

describe('a credential', () => {
  it.each([
    ['password', '{username: u, password: {env: PW}}', { kind: 'password', username: 'u' }, ['hunter2']],
    [
      'password from a file, without its last line break',
      '{username: u, password: {file: ./pw}}',
      { kind: 'password' },
      ['hunter2'],
    ],
    [
      'certificate',
      '{certificate: ./c.pem, key: {file: ./k.pem}}',
      { kind: 'certificate', certificate: pemCertificate.trimEnd() },
      [pemKey.trimEnd()],
    ],
    ['community', '{community: {env: COMMUNITY}}', { kind: 'community' }, ['c0mm']],
    [
      'user with authentication and privacy',
      '{user: u, authProtocol: sha256, authKey: {env: AUTH}, privProtocol: aes, privKey: {env: PRIV}}',
      { kind: 'usm', user: 'u', authProtocol: 'sha256', privProtocol: 'aes' },
      ['authauth', 'privpriv'],
    ],
    ['user of SNMPv3 without authentication', '{user: u}', { kind: 'usm', user: 'u' }, []],
    ['key of SSH', '{username: u, privateKey: {file: ./k.pem}}', { kind: 'sshKey', username: 'u' }, [pemKey.trimEnd()]],
    [
      'key of AWS, its id from the environment',
      '{accessKeyId: {env: AWS_ID}, secretAccessKey: {env: AWS}}',
      { kind: 'aws', accessKeyId: 'AKIA1' },
      ['key'],
    ],
  ])('is read when it is used: %s', (_what, text, open, secrets) => {
    const read = credential(text);
    expect(read).toMatchObject(open);
    expect(secretsOf(read).map((secret) => secret.reveal())).toEqual(secrets);
    for (const secret of secrets) expect(inspect(read) + JSON.stringify(read)).not.toContain(secret);
  });

  it.each([
    [
      'an unset variable',
      '{username: u, password: {env: NOT_SET}}',
      '0 password: the environment variable NOT_SET, found it unset',
    ],
    [
      'an empty variable',
      '{username: u, password: {env: EMPTY}}',
      '0 password: the environment variable EMPTY, found it empty',
    ],
    [
      'a file that is not there',
      '{community: {file: ./none}}',
      /^0 community: a readable file .*none, found no such file$/,
    ],
    [
      'a certificate that is none',
      '{certificate: ./pw, key: {file: ./k.pem}}',
      '0 certificate: a PEM certificate, found none',
    ],
  ])('is refused for %s', (_what, text, expected) => {
    const [found] = told(problemsOf(() => credential(text)));
    if (typeof expected === 'string') expect(found).toBe(expected);
    else expect(found).toMatch(expected);
  });

  it('that a probe uses is checked before anything is contacted; one that none uses is not', () => {
    const file = folder.write({
      'plant.yaml': `plimsoll: 1
site: {id: n}
credentials: {used: {username: u, password: {env: NOT_SET}}, unused: {community: {env: NOT_SET}}}
systems: [{id: s, assets: [{id: b, kind: broker, probes: [{collector: mqtt, url: "mqtt://h", credential: used}]}]}]
`,
    });
    const plant = load(file);
    expect(told(checkCredentials(plant, {}))).toEqual([
      '0 credentials.used.password: the environment variable NOT_SET, found it unset',
    ]);
    expect(checkCredentials(plant, { NOT_SET: 'set' })).toEqual([]);
  });

  it('stands in a file that may hold a whole plant, but must hold credentials', () => {
    const file = folder.write({ 'none.yaml': 'plimsoll: 1\n' });
    expect(told(problemsOf(() => loadCredentialsFile(file)))).toEqual([
      '1 credentials: a map of credentials, found nothing',
    ]);
  });
});
