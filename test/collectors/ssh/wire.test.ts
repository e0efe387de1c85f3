import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identificationOf, longestGreeting, readGreeting } from '../../../collectors/ssh/wire.ts';
import { kexinitPacket, packet } from './packets.ts';

const line = Buffer.from('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n');
const greeting = (lists = {}) => Buffer.concat([line, kexinitPacket(lists)]);

describe('the greeting of an SSH server', () => {
  it('gives identification and lists, both directions together', () => {
    const read = readGreeting(greeting({ cipherIn: 'aes128-ctr,aes256-ctr', cipherOut: '3des-cbc,aes128-ctr' }));
    expect(read.identification).toEqual({ protocol: '2.0', software: 'OpenSSH_9.2p1', comment: 'Debian-2+deb12u3' });
    expect(read.algorithms?.cipher).toEqual(['aes128-ctr', 'aes256-ctr', '3des-cbc']);
    expect(read.algorithms?.kex).toContain('kex-strict-s-v00@openssh.com');
  });

  it('waits for the rest at every cut, and says nothing wrong meanwhile', () => {
    const whole = greeting();
    for (let end = 0; end < whole.length; end += 1) {
      const read = readGreeting(whole.subarray(0, end));
      expect(read.malformed, `after ${end} bytes`).toBeUndefined();
      expect(read.algorithms, `after ${end} bytes`).toBeUndefined();
    }
    expect(readGreeting(whole).algorithms).toBeDefined();
  });

  it('keeps lines that come before the identification, without bytes that do not print', () => {
    const read = readGreeting(Buffer.concat([Buffer.from('Exceeded \u001b[2JMaxStartups\r\n'), greeting()]));
    expect(read.lines).toEqual(['Exceeded .[2JMaxStartups']);
    expect(read.algorithms).toBeDefined();
  });

  it.each([
    ['SSH-2.0-dropbear_2022.83', '2.0', 'dropbear_2022.83'],
    ['SSH-1.99-Cisco-1.25', '1.99', 'Cisco-1.25'],
    ['SSH-1.5-OpenSSH_1.2', undefined, undefined],
    ['SSH-2.0-', undefined, undefined],
    ['SSH-3.0-x', undefined, undefined],
  ])('reads %s', (text, protocol, software) => {
    expect(identificationOf(text)?.protocol).toBe(protocol);
    expect(identificationOf(text)?.software).toBe(software);
  });

  it.each([
    ['SSH 1', Buffer.from('SSH-1.5-old\n'), 'none of SSH 2'],
    ['a line without end', Buffer.alloc(300, 65), 'longer than 255'],
    ['twenty-one lines', Buffer.from('hello\r\n'.repeat(21)), 'more than 20 lines'],
    ['another message first', Buffer.concat([line, packet(Buffer.from([1, 0, 0, 0, 2]))]), 'type 1'],
    ['a packet of 4 GB', Buffer.concat([line, Buffer.alloc(6, 255)]), '4294967295 bytes'],
    ['a list that leaves its message', Buffer.concat([line, packet(Buffer.alloc(40, 20))]), 'longer than its message'],
    ['a name that does not print', greeting({ mac: 'x', macIn: 'hmac\u0001' }), 'holds no names'],
    ['a name without end', greeting({ kex: 'k'.repeat(200) }), 'holds no names'],
  ])('refuses %s', (_, bytes, why) => {
    expect(readGreeting(bytes).malformed).toContain(why);
  });

  it('never throws, and always decides within its bound', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, begun) => {
        const read = readGreeting(begun ? Buffer.concat([line, bytes]) : bytes);
        expect(read.lines.length).toBeLessThanOrEqual(20);
      }),
    );
    const endless = readGreeting(Buffer.alloc(longestGreeting + 1, 10));
    expect(endless.malformed).toBeDefined();
  });
});
