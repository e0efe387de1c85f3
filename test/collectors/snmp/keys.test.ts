import { inspect } from 'node:util';
import snmp from 'net-snmp';
import { beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../collectors/contract/credential.ts';
import { installKeys, keyToken, localizedKey } from '../../../collectors/snmp/keys.ts';

const engineId = Buffer.from('000000000000000000000002', 'hex');

describe('keys of USM users', () => {
  beforeAll(() => installKeys());

  // RFC 3414 appendix A.3.
  it.each([
    ['md5', '526f5eed9fcce26f8964c2930787d82b'],
    ['sha', '6695febc9288e36282235fc7151f128497b38f3f'],
  ] as const)('are localised as the standard shows for %s', (protocol, key) => {
    const token = keyToken(snmp.AuthProtocols[protocol], new Secret('maplesyrup'));
    expect(localizedKey(snmp.AuthProtocols[protocol], token, engineId).toString('hex')).toBe(key);
    expect(snmp.Authentication.passwordToKey(snmp.AuthProtocols[protocol], token, engineId).toString('hex')).toBe(key);
  });

  it('stand under a token that holds nothing of the password, and that another protocol does not share', () => {
    const secret = new Secret('maplesyrup');
    const token = keyToken(snmp.AuthProtocols.sha256, secret);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(token).not.toContain(Buffer.from('maplesyrup').toString('hex'));
    expect(keyToken(snmp.AuthProtocols.sha512, secret)).not.toBe(token);
    expect(keyToken(snmp.AuthProtocols.sha256, secret)).toBe(token);
  });

  it('leave nothing in the cache of the library', () => {
    keyToken(snmp.AuthProtocols.sha256, new Secret('leaky-password'));
    expect(inspect(snmp.Authentication, { depth: 5 })).not.toContain('leaky-password');
    expect(Object.keys(snmp.Authentication.authToKeyCache)).toEqual([]);
  });

  it('are refused for a plain password, which has no business in a session', () => {
    expect(() => localizedKey(snmp.AuthProtocols.sha256, 'maplesyrup', engineId)).toThrow('no key stands ready');
  });
});
