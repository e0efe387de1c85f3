import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { encodeHello, type HelloRequest } from '../../../collectors/channel/hello.ts';
import { codesOf, oldSuites, suiteName, tls13Suites, usualSuites } from '../../../collectors/channel/suites.ts';
import { describeWith } from '../../support/program.ts';

const random = Uint8Array.from({ length: 96 }, (_, index) => index);
const encode = (request: Partial<HelloRequest> = {}) =>
  Buffer.from(encodeHello({ version: '1.2', suites: [0xc02f, 0x0005], random, ...request }));

/** Reads a hello by RFC 8446 section 4.1.2, independently of the encoder; throws when lengths do not add up. */
function parse(record: Buffer) {
  const reader = (bytes: Buffer) => {
    let at = 0;
    const take = (length: number) => {
      if (at + length > bytes.length) throw new Error(`too short at ${at}`);
      at += length;
      return bytes.subarray(at - length, at);
    };
    const vector = (width: number) => take(take(width).readUIntBE(0, width));
    return { take, vector, left: () => bytes.length - at };
  };
  const outer = reader(record);
  const [type] = outer.take(1);
  const recordVersion = outer.take(2).readUInt16BE(0);
  const message = reader(outer.vector(2));
  if (outer.left() !== 0) throw new Error('bytes after the record');
  const [kind] = message.take(1);
  const body = reader(message.vector(3));
  if (message.left() !== 0) throw new Error('bytes after the message');
  const version = body.take(2).readUInt16BE(0);
  const randomField = body.take(32);
  const session = body.vector(1);
  const suites = body.vector(2);
  const compression = [...body.vector(1)];
  const extensions = new Map<number, Buffer>();
  if (body.left() > 0) {
    const list = reader(body.vector(2));
    while (list.left() > 0) extensions.set(list.take(2).readUInt16BE(0), list.vector(2));
  }
  if (body.left() !== 0) throw new Error('bytes after the body');
  return {
    type,
    kind,
    recordVersion,
    version,
    random: randomField,
    session,
    compression,
    suites: Array.from({ length: suites.length / 2 }, (_, index) => suites.readUInt16BE(index * 2)),
    extensions,
  };
}

describe('a hand-written hello', () => {
  it.each([
    ['ssl3', 0x0300, 0x0300],
    ['1.0', 0x0301, 0x0301],
    ['1.1', 0x0301, 0x0302],
    ['1.2', 0x0301, 0x0303],
    ['1.3', 0x0301, 0x0303],
  ] as const)('names %s where servers of that age look for it', (version, recordVersion, legacyVersion) => {
    const hello = parse(encode({ version }));
    expect(hello).toMatchObject({ type: 22, kind: 1, recordVersion, version: legacyVersion, compression: [0] });
    expect(hello.suites).toEqual([0xc02f, 0x0005, 0x00ff]);
    expect([...hello.random]).toEqual([...random.subarray(0, 32)]);
  });

  it('has no extensions in SSL 3', () => {
    expect(parse(encode({ version: 'ssl3', serverName: 'a.example' })).extensions.size).toBe(0);
  });

  it('offers TLS 1.3 with its versions and a key share, and older versions without', () => {
    const newest = parse(encode({ version: '1.3' }));
    expect(newest.extensions.get(43)?.toString('hex')).toBe('080304030303020301');
    expect(newest.extensions.get(51)?.toString('hex')).toBe(
      `0024001d0020${Buffer.from(random.subarray(64)).toString('hex')}`,
    );
    expect(newest.session.length).toBe(32);
    const older = parse(encode());
    expect([43, 45, 51].filter((type) => older.extensions.has(type))).toEqual([]);
    expect(older.session.length).toBe(0);
  });

  it('names the server only where there is a name', () => {
    expect(
      parse(encode({ serverName: 'a.example' }))
        .extensions.get(0)
        ?.toString('latin1')
        .endsWith('a.example'),
    ).toBe(true);
    expect(parse(encode()).extensions.has(0)).toBe(false);
  });

  it('is well formed with every suite there is', () => {
    const suites = [...codesOf(tls13Suites), ...codesOf(oldSuites), ...codesOf(usualSuites)];
    expect(parse(encode({ version: '1.3', suites })).suites).toEqual([...suites, 0x00ff]);
    // Some old stacks give up on long lists.
    expect(suites.length).toBeLessThan(96);
  });

  it('knows every suite by one name, and an unknown one by its number', () => {
    const names = [oldSuites, usualSuites, tls13Suites].flatMap((list) => Object.values(list));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^TLS_[A-Za-z0-9_]+$/.test(name))).toEqual([]);
    expect(suiteName(0x0a0a)).toBe('0x0A0A');
  });
});

describeWith(['openssl'], 'the names of suites', () => {
  it('are those of OpenSSL wherever it knows the code', () => {
    const list = execFileSync('openssl', ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], {
      encoding: 'utf8',
    });
    const known = [...list.matchAll(/0x(\w\w),0x(\w\w) - (\S+)/g)].map(
      ([, high, low, name]) => [Number.parseInt(`${high}${low}`, 16), name] as const,
    );
    const ours = new Set([oldSuites, usualSuites, tls13Suites].flatMap(codesOf));
    const shared = known.filter(([code]) => ours.has(code));
    expect(shared.length).toBeGreaterThan(40);
    for (const [code, name] of shared) expect(suiteName(code)).toBe(name);
  });
});
