/** Talks to an OPC UA server: the endpoint list to everybody, the server's own account of itself with a credential. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientSession, UserIdentityInfo } from 'node-opcua-client';
import { chainsTo } from '../contract/certificate.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { Ended, withinTier } from '../contract/collector.ts';
import type { Credential } from '../contract/credential.ts';
import { endOf, isRefusal, ownPki, type Run, withChannel } from './channel.ts';
import {
  endpointFor,
  passwordIsClear,
  policyName,
  policyNone,
  securedEndpoint,
  type sessionEndpoints,
  weakestEndpointFor,
} from './endpoints.ts';
import { readingOf } from './facts.ts';
import { guardOf, statusOf } from './guard.ts';
import { type OpcuaOptions, opcuaManifest } from './manifest.ts';
import { type Endpoint, emptyRecord, type OpcuaRaw, type TokenType } from './raw.ts';
import { readDevice, readRoles, readServer, takeSample, withSession } from './session.ts';

export const opcuaCollector: Collector<OpcuaOptions, OpcuaRaw> = {
  manifest: opcuaManifest,
  begin: emptyRecord,
  collect,
  read: readingOf,
};

type Login = Extract<Credential, { kind: 'password' | 'certificate' }>;

async function collect(look: Look<OpcuaOptions>, raw: OpcuaRaw): Promise<void> {
  raw.port = look.target.port;
  raw.host = look.target.host;
  raw.trust = look.trust;
  await listEndpoints(look, raw);
  const { secret } = look;
  let end: Ended | undefined;
  if ((secret?.kind === 'password' || secret?.kind === 'certificate') && withinTier('T3', look.tier)) {
    end =
      look.options.testIdentity === undefined ? await readAs(secret, look, raw) : await tryIdentity(secret, look, raw);
  }
  // A refused credential says nothing about strangers: the tests that were consented to still run.
  if (end === undefined || end.outcome === 'denied' || end.outcome === 'blocked') {
    if (look.consents.has('opcua.anonymous')) await testAnonymous(look, raw);
    if (look.consents.has('opcua.unknownCertificate')) await testStranger(look, raw);
  }
  if (end !== undefined) throw end;
}

async function listEndpoints(look: Look<OpcuaOptions>, raw: OpcuaRaw): Promise<void> {
  look.note('asked for the endpoint list over a channel without security, as the standard wants it');
  const run = runOf(look, raw);
  try {
    await withChannel(run, { mode: 'none', policyUri: policyNone, pki: ownPki(look) }, async ({ endpoints }) => {
      raw.endpoints = endpoints;
    });
  } catch (error) {
    throw endOf(error, 'endpoint list');
  }
  for (const one of raw.endpoints ?? []) {
    const tokens = [...new Set(one.tokens.map(({ type }) => type))].join(', ') || 'no tokens';
    look.note(
      `  ${one.mode ?? 'invalid mode'} ${policyName(one.policyUri)} at ${JSON.stringify(one.url.slice(0, 200))}: ${tokens}`,
    );
  }
}

function readAs(login: Login, look: Look<OpcuaOptions>, raw: OpcuaRaw): Promise<Ended | undefined> {
  return logIn(login, { look, raw }, async (run, session) => {
    await readServer(run, session);
    await readDevice(run, session);
    await readRoles(run, session);
    if (look.options.sample === 'take') await takeSample(run, session);
  });
}

/** Consented: is an identity refused that must be? Where it is let in, the session is closed at once. */
async function tryIdentity(login: Login, look: Look<OpcuaOptions>, raw: OpcuaRaw): Promise<Ended | undefined> {
  if (!look.consents.has('opcua.testIdentity')) return undefined;
  look.note('consented test: an identity that must be refused');
  const at = look.now().toISOString();
  const end = await logIn(login, { look, raw }, async () => {});
  if (raw.credential === 'withheld') return end;
  const status = statusOf(end);
  const result = end === undefined ? 'accepted' : end.outcome === 'denied' ? 'refused' : 'unclear';
  raw.identityTest = { result, at, ...(status === undefined ? {} : { status }) };
  // It was no account of ours that was refused.
  raw.credential = 'notTried';
  return result === 'unclear' ? end : undefined;
}

/** Returns the end instead of throwing it where consented tests may follow. */
async function logIn(
  login: Login,
  { look, raw }: { look: Look<OpcuaOptions>; raw: OpcuaRaw },
  inside: (run: Run, session: ClientSession) => Promise<void>,
): Promise<Ended | undefined> {
  const token: TokenType = login.kind === 'certificate' && login.password === undefined ? 'certificate' : 'password';
  const endpoint = endpointFor(raw.endpoints ?? [], token);
  const withheld = reasonToWithhold({ endpoint, token, trust: look.trust });
  if (endpoint === undefined || withheld !== undefined) {
    raw.credential = 'withheld';
    look.note(`the credential was not used: ${withheld}`);
    return new Ended('blocked', withheld ?? '');
  }
  const [serverCertificate] = endpoint.chain;
  look.note(`opening ${endpoint.mode} ${policyName(endpoint.policyUri)} for a session with a ${token}`);
  const run = runOf(look, raw);
  try {
    await withChannel(
      run,
      {
        mode: endpoint.mode,
        policyUri: endpoint.policyUri,
        pki: ownPki(look),
        ...(serverCertificate === undefined ? {} : { serverCertificate }),
        ...(login.kind === 'certificate' && token === 'password'
          ? { application: { certificate: login.certificate, key: login.key.reveal() } }
          : {}),
      },
      async (channel) => {
        assertStillEncrypted(channel.endpoints, { endpoint, token });
        raw.credential = 'used';
        await withSession(run, { channel, user: await identityOf(login, token) }, async (session) => {
          raw.credential = 'accepted';
          await inside(run, session);
        });
      },
    );
    return undefined;
  } catch (error) {
    const end = endOf(error, 'session');
    if (end.outcome === 'denied' && raw.credential !== 'accepted') {
      raw.credential = 'denied';
      look.note(`refused: ${end.message}`);
    }
    return end;
  }
}

function reasonToWithhold({
  endpoint,
  token,
  trust,
}: {
  endpoint: Endpoint | undefined;
  token: TokenType;
  trust: readonly string[];
}): string | undefined {
  if (endpoint === undefined) return `no endpoint that we can speak to takes a ${token} without showing it to others`;
  // Without declared anchors there is nothing to measure the server by; with some, an impostor must not get a password.
  if (trust.length > 0 && endpoint.chain.length > 0 && !chainsTo(endpoint.chain, trust)) {
    return "the server's certificate leads to no declared anchor: add it, or its issuer, to the plant's trust";
  }
  return undefined;
}

/** The list on the channel that will carry the secret must say what the first one said. */
function assertStillEncrypted(
  endpoints: readonly Endpoint[],
  { endpoint, token }: { endpoint: Endpoint; token: TokenType },
): void {
  const same = endpoints.filter((one) => one.mode === endpoint.mode && one.policyUri === endpoint.policyUri);
  if (token === 'password' && (same.length === 0 || same.some(passwordIsClear))) {
    throw new Ended('blocked', 'the endpoint list changed between two looks: the password was not sent');
  }
}

async function identityOf(login: Login, token: TokenType): Promise<UserIdentityInfo> {
  const { UserTokenType } = await import('node-opcua-client');
  if (token === 'certificate' && login.kind === 'certificate') {
    const { convertPEMtoDER } = await import('node-opcua-crypto');
    const [leaf] = [convertPEMtoDER(login.certificate)].flat();
    if (leaf === undefined) throw new Ended('blocked', 'the credential holds no certificate (PEM)');
    return {
      type: UserTokenType.Certificate,
      certificateData: leaf,
      privateKey: login.key.reveal(),
    };
  }
  return {
    type: UserTokenType.UserName,
    userName: login.username ?? '',
    password: login.password?.reveal() ?? '',
  };
}

/** Consented: does a session without any credential come about? */
async function testAnonymous(look: Look<OpcuaOptions>, raw: OpcuaRaw): Promise<void> {
  const endpoint = weakestEndpointFor(raw.endpoints ?? [], 'anonymous');
  if (endpoint === undefined) return look.note('consented test: no endpoint that we speak offers an anonymous session');
  look.note(`consented test: an anonymous session at ${endpoint.mode} ${policyName(endpoint.policyUri)}`);
  const { UserTokenType } = await import('node-opcua-client');
  const run = runOf(look, raw);
  raw.anonymousTest = await tested(look, async () => {
    await withChannel(run, channelTo(endpoint, ownPki(look)), async (channel) => {
      await withSession(run, { channel, user: { type: UserTokenType.Anonymous } }, async () => {});
    });
  });
}

/** Consented: does the server open a secured channel to a certificate that it has never seen? */
async function testStranger(look: Look<OpcuaOptions>, raw: OpcuaRaw): Promise<void> {
  const endpoint = securedEndpoint(raw.endpoints ?? []);
  if (endpoint === undefined) return look.note('consented test: no secured endpoint that we speak');
  look.note(`consented test: a fresh self-signed certificate at ${endpoint.mode} ${policyName(endpoint.policyUri)}`);
  look.note('  the server may keep this certificate among its rejected ones');
  const pki = join(look.folder, `opcua-stranger-${process.hrtime.bigint()}`);
  try {
    raw.strangerTest = await tested(look, () =>
      withChannel(runOf(look, raw), channelTo(endpoint, pki), async () => {}),
    );
  } finally {
    await rm(pki, { recursive: true, force: true });
  }
}

async function tested(look: Look, attempt: () => Promise<void>): Promise<'accepted' | 'refused' | 'unclear'> {
  let result: 'accepted' | 'refused' | 'unclear' = 'accepted';
  let why = '';
  try {
    await attempt();
  } catch (error) {
    if (error instanceof Ended && error.outcome !== 'unreachable') throw error;
    const status = statusOf(error);
    // A server may also hang up on a certificate that it does not like; that is one symptom of several causes.
    result = isRefusal(status) ? 'refused' : 'unclear';
    why = ` (${status ?? 'closed without a reason'})`;
  }
  look.note(`  ${result}${why}`);
  return result;
}

function channelTo(endpoint: ReturnType<typeof sessionEndpoints>[number], pki: string) {
  const [serverCertificate] = endpoint.chain;
  return {
    mode: endpoint.mode,
    policyUri: endpoint.policyUri,
    pki,
    ...(serverCertificate === undefined ? {} : { serverCertificate }),
  };
}

function runOf(look: Look<OpcuaOptions>, raw: OpcuaRaw): Run {
  const guard = guardOf(look, (open) => {
    raw.listening ??= open;
  });
  return { look, raw, guard };
}
