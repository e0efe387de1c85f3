/** aiosmtpd (Debian's python3-aiosmtpd), a mail server that nobody here wrote; it keeps each mail that it takes. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { z } from 'zod';
import { freePort, type Running, startProgram, temporaryFolder } from './program.ts';

/** Debian's own interpreter: the one that comes first on the path may be another, without Debian's packages. */
const python = '/usr/bin/python3';

const receivedSchema = z.strictObject({
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  attached: z.unknown(),
  tls: z.boolean(),
  user: z.string().nullable(),
});
export type ReceivedMail = z.infer<typeof receivedSchema>;

export interface SmtpServer {
  readonly port: number;
  received(): ReceivedMail[];
  stop(): Promise<void>;
}

export interface SmtpSetup {
  /** PEM files; without them the server knows no TLS. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
  /** `starttls` (default with a certificate) or TLS from the first byte. */
  readonly tls?: 'starttls' | 'implicit';
  /** Without it nobody has to log in. */
  readonly account?: { readonly user: string; readonly password: string };
  /** Address that it knows nobody of. */
  readonly refuses?: string;
}

const program = `
import asyncio, email, email.policy, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

setup = json.loads(sys.argv[2])

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == setup.get("refuses"):
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        attached = [json.loads(part.get_payload(decode=True)) for part in mail.iter_attachments()]
        line = json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": mail["subject"],
            "text": mail.get_body(("plain",)).get_content(), "attached": attached[0] if attached else None,
            "tls": session.ssl is not None or setup.get("tls") == "implicit",
            "user": session.auth_data.login.decode() if session.auth_data else None,
        })
        # On disk before the client hears that it was taken: who was told so can read it.
        with open(sys.argv[3], "a") as box:
            box.write(line + "\\n")
        return "250 taken"

def authenticate(server, session, envelope, mechanism, data):
    account = setup["account"]
    good = data.login.decode() == account["user"] and data.password.decode() == account["password"]
    return AuthResult(success=good, handled=False, auth_data=data)

context = None
if setup.get("certificate"):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(setup["certificate"]["certificate"], setup["certificate"]["key"])
implicit = setup.get("tls") == "implicit"
account = setup.get("account")

def session():
    return SMTP(Handler(), hostname="mail.plant.example", tls_context=None if implicit else context,
                require_starttls=context is not None and not implicit,
                authenticator=authenticate if account else None, auth_required=account is not None,
                auth_require_tls=context is not None and not implicit)

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", int(sys.argv[1]), ssl=context if implicit else None)
    print("ready", flush=True)
    await server.serve_forever()

asyncio.run(main())
`;

/** The suite needs aiosmtpd; where it is missing it is skipped and says so, at the gate that is a failure. */
export function describeWithSmtp(title: string, suite: () => void): void {
  try {
    execFileSync(python, ['-c', 'import aiosmtpd'], { stdio: 'ignore' });
  } catch {
    if (process.env['PLIMSOLL_SERVICES'] === 'required') throw new Error(`${title}: not installed: python3-aiosmtpd`);
    console.warn(`skipped: ${title} (not installed: python3-aiosmtpd)`);
    return void describe.skip(title, suite);
  }
  describe(title, suite);
}

export async function startSmtp(setup: SmtpSetup = {}): Promise<SmtpServer> {
  const port = await freePort();
  const folder = temporaryFolder('smtp');
  const { certificate } = setup;
  const files = { certificate: join(folder.path, 'certificate.pem'), key: join(folder.path, 'key.pem') };
  if (certificate !== undefined) {
    writeFileSync(files.certificate, certificate.certificate);
    writeFileSync(files.key, certificate.key, { mode: 0o600 });
  }
  const box = join(folder.path, 'mails.jsonl');
  const given = JSON.stringify({ ...setup, ...(certificate === undefined ? {} : { certificate: files }) });
  const running: Running = await startProgram(python, ['-c', program, String(port), given, box], {
    ready: async ({ output }) => output().includes('ready'),
  });
  return {
    port,
    received: () =>
      (existsSync(box) ? readFileSync(box, 'utf8').split('\n') : [])
        .filter((line) => line !== '')
        .map((line) => receivedSchema.parse(JSON.parse(line))),
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}
