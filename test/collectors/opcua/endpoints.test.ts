import { describe, expect, it } from 'vitest';
import {
  endpointFor,
  passwordIsClear,
  policyName,
  policyNone,
  securedEndpoint,
  sessionEndpoints,
  splitChain,
  weakestEndpointFor,
} from '../../../collectors/opcua/endpoints.ts';
import type { Endpoint, Mode, TokenType } from '../../../collectors/opcua/raw.ts';
import { policies } from './replay-server.ts';

const basic = `${policies}Basic256Sha256`;
const strong = `${policies}Aes256_Sha256_RsaPss`;

function endpoint(mode: Mode, policyUri: string, tokens: readonly (readonly [TokenType, string?])[]): Endpoint {
  return {
    url: 'opc.tcp://plc:4840',
    mode,
    policyUri,
    transportProfileUri: '',
    tokens: tokens.map(([type, policy]) => ({ type, policyUri: policy ?? '' })),
    chain: [Buffer.from([0x30, 0])],
    applicationUri: 'urn:plc',
  };
}

describe('choosing an endpoint', () => {
  it.each<[string, Endpoint, boolean]>([
    ['no token policy on a channel without security', endpoint('none', policyNone, [['password']]), true],
    ['an encrypted token on a channel without security', endpoint('none', policyNone, [['password', basic]]), false],
    [
      'one clear policy among encrypted ones',
      endpoint('none', '', [
        ['password', basic],
        ['password', policyNone],
      ]),
      true,
    ],
    ['a token in clear on a signed channel', endpoint('sign', basic, [['password', policyNone]]), true],
    ['a token that the signed channel’s policy encrypts', endpoint('sign', basic, [['password']]), false],
    ['a token in clear on an encrypted channel', endpoint('signAndEncrypt', basic, [['password', policyNone]]), false],
    ['no password at all', endpoint('none', policyNone, [['anonymous']]), false],
  ])('knows whether a password would be readable: %s', (_, one, clear) => {
    expect(passwordIsClear(one)).toBe(clear);
  });

  it('takes the strongest endpoint that we speak for a password', () => {
    const list = [
      endpoint('none', policyNone, [['password', basic]]),
      endpoint('sign', strong, [['password']]),
      endpoint('signAndEncrypt', basic, [['password']]),
      endpoint('signAndEncrypt', strong, [['password']]),
      endpoint('signAndEncrypt', `${policies}ECC_nistP256`, [['password']]),
    ];
    expect(endpointFor(list, 'password')).toMatchObject({ mode: 'signAndEncrypt', policyUri: strong });
  });

  it('offers no password where nothing but clear text or a strange policy is there', () => {
    expect(endpointFor([endpoint('none', policyNone, [['password']])], 'password')).toBeUndefined();
    expect(endpointFor([endpoint('sign', `${policies}ECC_nistP256`, [['password']])], 'password')).toBeUndefined();
    expect(endpointFor([{ ...endpoint('sign', basic, [['password']]), chain: [] }], 'password')).toBeUndefined();
  });

  it('takes a user certificate only over a channel that is signed at least', () => {
    expect(endpointFor([endpoint('none', policyNone, [['certificate', basic]])], 'certificate')).toBeUndefined();
    expect(endpointFor([endpoint('sign', basic, [['certificate']])], 'certificate')).toBeDefined();
  });

  it('asks a stranger’s question where there is least to overcome', () => {
    const list = [endpoint('signAndEncrypt', basic, [['anonymous']]), endpoint('none', policyNone, [['anonymous']])];
    expect(weakestEndpointFor(list, 'anonymous')?.mode).toBe('none');
    expect(securedEndpoint(list)?.mode).toBe('signAndEncrypt');
    expect(weakestEndpointFor(list, 'certificate')).toBeUndefined();
  });

  it('counts no endpoint for sessions that has no tokens, no mode or another transport', () => {
    const base = endpoint('none', policyNone, [['anonymous']]);
    const list: Endpoint[] = [
      { ...base, tokens: [] },
      { ...base, mode: undefined },
      { ...base, url: 'https://plc' },
      { ...base, transportProfileUri: 'http://opcfoundation.org/UA-Profile/Transport/https-uabinary' },
    ];
    expect(sessionEndpoints(list)).toEqual([]);
    expect(sessionEndpoints([base])).toHaveLength(1);
  });

  it.each([
    ['', 'None'],
    [policyNone, 'None'],
    [basic, 'Basic256Sha256'],
    ['urn:other', 'urn:other'],
  ])('names the policy %j %s', (uri, name) => {
    expect(policyName(uri)).toBe(name);
  });
});

describe('splitting chains', () => {
  const one = Buffer.from('3003020101', 'hex');
  it.each<[string, Buffer, number | undefined]>([
    ['nothing', Buffer.alloc(0), 0],
    ['one', one, 1],
    ['two', Buffer.concat([one, one]), 2],
    ['a length that overruns', Buffer.from('30820fff00', 'hex'), undefined],
    ['an endless row', Buffer.concat(Array.from({ length: 11 }, () => one)), undefined],
    ['text', Buffer.from('no certificate'), undefined],
    ['a tag alone', Buffer.from('30', 'hex'), undefined],
  ])('takes %s apart or refuses', (_, bytes, count) => {
    expect(splitChain(bytes)?.length).toBe(count);
  });
});
