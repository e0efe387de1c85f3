/**
 * Sends one mail, and says in words that show no secret why it could not. TLS is required and its certificate checked
 * (RFC 8314, RFC 3207) unless the server is on this machine.
 */
import { rootCertificates } from 'node:tls';
import { createTransport } from 'nodemailer';
import { isLoopback } from '../collectors/contract/address.ts';
import type { Credential } from '../collectors/contract/credential.ts';
import type { Mailbox } from '../server/contract/plant.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Attached as JSON, for machines that read the mailbox. */
  readonly attached: unknown;
}

export interface Post {
  readonly login?: Credential;
  /** Anchors beside those that everybody trusts, PEM. */
  readonly trust: readonly string[];
  readonly patienceMs: number;
}

/** Message is safe to show: neither an account nor what the server said stands in it. */
export class MailNotSent extends Error {}

/** Resolves when the server has taken the mail for every recipient. @throws `MailNotSent`. */
export async function sendMail(box: Mailbox, mail: Mail, post: Post): Promise<void> {
  const { hostname, port, protocol } = new URL(box.server);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const here = host === 'localhost' || isLoopback(host);
  const { login, trust, patienceMs } = post;
  if (login !== undefined && login.kind !== 'password') throw new MailNotSent('expected a user name and a password');
  const transport = createTransport({
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(secure ? {} : here ? { ignoreTLS: true } : { requireTLS: true }),
    tls: { ca: [...rootCertificates, ...trust], minVersion: 'TLSv1.2' },
    ...(login === undefined ? {} : { auth: { user: login.username, pass: login.password.reveal() } }),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { rejected } = await transport.sendMail({
      from: box.from,
      to: [...box.to],
      subject: mail.subject,
      text: mail.text,
      headers: { 'Auto-Submitted': 'auto-generated' },
      attachments: [
        { filename: 'plimsoll.json', contentType: 'application/json', content: JSON.stringify(mail.attached) },
      ],
    });
    if (rejected.length > 0) throw new MailNotSent(`the mail server refused ${rejected.length} of ${box.to.length}`);
  } catch (error) {
    throw error instanceof MailNotSent ? error : new MailNotSent(whyNot(error), { cause: error });
  } finally {
    transport.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  EAUTH: 'the mail server refused the account',
  ENOAUTH: 'the mail server refused the account',
  EENVELOPE: 'the mail server refused the sender or every recipient',
  EMESSAGE: 'the mail server refused the message',
  ETLS: 'the mail server offered no TLS that can be trusted',
  ETIMEDOUT: 'the mail server did not answer in time',
  EPROTOCOL: 'what answered does not speak SMTP',
  EDNS: 'the name of the mail server led to no address',
  ECONNECTION: 'the mail server closed the connection',
};

function whyNot(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'the mail could not be sent';
  // A certificate that does not hold arrives as trouble of the socket; only OpenSSL's sentence tells.
  const untrusted = error.code === 'ESOCKET' && /certificate|altnames/i.test(error.message);
  const code = untrusted ? 'ETLS' : String(error.code);
  return reasons[code] ?? `the mail server was not reached (${code})`;
}
