import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSmtpReply, readSslAnswer } from '../../../collectors/channel/clear-start.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { authority, type Issued, type Issuer, issue } from '../../support/certificates.ts';
import { describeWithPostgres, type Server, startInstalled } from '../../support/postgres.ts';
import { type Scripted, scriptedTcp } from '../../support/scripted-server.ts';
import { describeWithSmtp, type SmtpServer, startSmtp } from '../../support/smtp-server.ts';
import { provenRun, told } from '../proof-suite.ts';

const entry = (() => {
  const found = collectorOf('tls');
  if (found === undefined) throw new Error('tls is not on the list');
  return found;
})();

let root: Issuer;
let issued: Issued;
beforeAll(async () => {
  root = await authority('Plant Root');
  issued = await issue({ ip: ['127.0.0.1'], key: 'rsa-2048' }, root);
});

const files = () => ({ certificate: issued.certificate, key: issued.key });
const look = (url: string, options: unknown = {}) => provenRun(entry, url, { trust: [root.certificate], options });

describe('an answer in clear before TLS', () => {
  it.each([
    ['S', { answer: true }],
    ['N', { answer: false }],
    ['', undefined],
    ['E', { malformed: expect.stringContaining('no PostgreSQL') }],
    ['SS', { malformed: expect.stringContaining('more came') }],
  ])('reads %j of PostgreSQL', (text, read) => expect(readSslAnswer(Buffer.from(text))).toEqual(read));

  it.each([
    ['220 mail ready\r\n', { answer: { code: 220, lines: ['mail ready'] } }],
    ['250-mail\r\n250 STARTTLS\r\n', { answer: { code: 250, lines: ['mail', 'STARTTLS'] } }],
    ['250-mail\r\n250 START', undefined],
    ['220\r\n', { answer: { code: 220, lines: [''] } }],
    ['SSH-2.0-x\r\n', { malformed: 'a line is no reply of SMTP' }],
    ['220 go\r\n250 and more\r\n', { malformed: 'more came than one reply' }],
    ['220 go\r\nmore', { malformed: 'more came than one reply' }],
  ])('reads %j of a mail server', (text, read) => expect(readSmtpReply(Buffer.from(text))).toEqual(read));
});

describeWithPostgres('tls with PostgreSQL', () => {
  let secured: Server;
  let plain: Server;
  beforeAll(async () => {
    secured = await startInstalled(files());
    plain = await startInstalled();
  }, 60_000);
  afterAll(async () => {
    await secured?.stop();
    await plain?.stop();
  });
  const at = (server: Server) => `postgresql://127.0.0.1:${new URL(server.url('postgres')).port}`;

  it('asks in clear for TLS on each connection and reads versions, suites and the chain behind it', async () => {
    const result = await look(at(secured));
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts, told(result)).toMatchObject({
      'service.listening': true,
      'channel.strongestEncryption': 'encrypted',
      'tls.version.min': '1.2',
      'tls.version.max': '1.3',
      'tls.certificate.keyBits': 2048,
      'tls.certificate.trusted': true,
      'tls.certificate.subjectMatches': true,
    });
    // It may serve without TLS too: only who logs in that way would see.
    expect(result.unseen['channel.encryption']).toBe('ambiguous');
    const connections = (result.ledgerKinds['tls.handshake'] ?? 0) + (result.ledgerKinds['tls.hello'] ?? 0);
    expect(result.ledgerKinds['postgresql.sslRequest']).toBe(connections);
  });

  it('takes one connection where one is allowed', async () => {
    const result = await look(at(secured), { hellos: 1 });
    expect(result.ledgerKinds, told(result)).toEqual({ 'tls.handshake': 1, 'postgresql.sslRequest': 1 });
    expect(result.facts['tls.certificate.keyBits']).toBe(2048);
  });

  it('says of a server without TLS that nothing is encrypted, after one connection', async () => {
    const result = await look(at(plain));
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts).toMatchObject({
      'service.listening': true,
      'channel.encryption': 'none',
      'channel.strongestEncryption': 'none',
    });
    expect(result.unseen['tls.version.max']).toBe('unsupported');
    expect(result.ledgerKinds).toEqual({ 'tls.handshake': 1, 'postgresql.sslRequest': 1 });
  });
});

describeWithSmtp('tls with a mail server', () => {
  let secured: SmtpServer;
  let plain: SmtpServer;
  beforeAll(async () => {
    secured = await startSmtp({ certificate: files() });
    plain = await startSmtp({ account: { user: 'reader', password: 'not sent by anybody' } });
  });
  afterAll(async () => {
    await secured?.stop();
    await plain?.stop();
  });

  it('says STARTTLS and reads what is behind it', async () => {
    const result = await look(`smtp://127.0.0.1:${secured.port}`);
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts, told(result)).toMatchObject({
      'channel.strongestEncryption': 'encrypted',
      'tls.version.max': '1.3',
      'tls.certificate.trusted': true,
    });
    expect(result.unseen).toMatchObject({ 'channel.encryption': 'ambiguous', 'auth.password.clearText': 'ambiguous' });
    expect(secured.received()).toEqual([]);
  });

  it('says goodbye to a server without STARTTLS, and that a password would cross in clear there', async () => {
    const result = await look(`smtp://127.0.0.1:${plain.port}`);
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts, told(result)).toMatchObject({
      'channel.encryption': 'none',
      'auth.password.clearText': true,
    });
    expect(result.ledgerKinds).toEqual({ 'tls.handshake': 1, 'smtp.greeting': 1, 'smtp.ehlo': 1, 'smtp.quit': 1 });
  });
});

describe('tls with servers that do not keep to the start', () => {
  let server: Scripted | undefined;
  afterAll(() => server?.stop());

  it.each([
    ['bytes behind the agreement of PostgreSQL', 'postgresql', () => Buffer.from('S\x16\x03\x01')],
    ['an answer that is none of PostgreSQL', 'postgresql', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a long answer', 'postgresql', () => Buffer.alloc(100_000, 0x53)],
  ])('ends at %s', async (_, scheme, answer) => {
    server = await scriptedTcp(answer);
    const result = await look(`${scheme}://127.0.0.1:${server.port}`);
    await server.stop();
    expect(result.outcome, told(result)).toBe('unsupported');
    expect(result.facts['channel.encryption']).toBeUndefined();
    expect(server.connections()).toBe(1);
  });
});
