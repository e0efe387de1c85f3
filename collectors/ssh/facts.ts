/** What a look at an SSH server means. Pure. */
import type { Reading, Setup } from '../contract/collector.ts';
import type { FactValue } from '../contract/vocabulary.ts';
import { type Draft, emptyDraft, put } from './draft.ts';
import { readHost } from './host-facts.ts';
import { logsIn, type SshOptions } from './manifest.ts';
import type { SshRaw } from './raw.ts';
import { serverMethods } from './server-settings.ts';

export function readSsh(raw: SshRaw, setup: Setup<SshOptions>): Reading {
  const draft = emptyDraft();
  readGreetingFacts(raw, draft);
  readMethods(raw, draft);
  if (logsIn(setup)) readHost(raw, draft);
  return draft;
}

/**
 * The version in the identification is that of the SSH server, one service among others: it is neither firmware nor
 * maker of the device, and distributions mend holes without changing it. So it stays in the transcript.
 */
function readGreetingFacts(raw: SshRaw, draft: Draft): void {
  const { listening, connectedAt, greeting, hostKey } = raw;
  if (listening !== undefined) draft.facts['service.listening'] = listening;
  if (connectedAt !== undefined) draft.facts['asset.inventory.lastSeen'] = connectedAt.toISOString();
  const { algorithms } = greeting ?? {};
  if (algorithms !== undefined) {
    draft.facts['ssh.algorithms'] = (['cipher', 'compression', 'hostKey', 'kex', 'mac'] as const).map((id) => ({
      id,
      names: [...new Set(algorithms[id])].sort(),
    }));
  }
  if (hostKey !== undefined) draft.facts['identity.machines'] = [{ id: hostKey, kind: 'key' }];
}

type SshMethod = FactValue<'ssh.auth.methods'>[number];
type Method = FactValue<'auth.methods'>[number];

/** Names of RFC 4252 and their like; `gssapi-keyex` and `gssapi-with-mic` are one way to log in. */
const wordOf: Readonly<Record<string, SshMethod>> = {
  none: 'none',
  password: 'password',
  publickey: 'publickey',
  'keyboard-interactive': 'keyboard-interactive',
  hostbased: 'hostbased',
  'gssapi-with-mic': 'gssapi',
  'gssapi-keyex': 'gssapi',
};

const methodOf: Readonly<Record<SshMethod, Method>> = {
  none: 'none',
  password: 'password',
  'keyboard-interactive': 'password',
  publickey: 'key',
  hostbased: 'key',
  gssapi: 'token',
};

/**
 * Only what the server lists itself, or what its configuration allows: that our own key was accepted says nothing
 * about the other ways in.
 */
function readMethods(raw: SshRaw, draft: Draft): void {
  if (raw.anonymous) {
    draft.facts['auth.anonymous.accepted'] = true;
    // A server that lets everybody in lists nothing else.
    draft.facts['ssh.auth.methods'] = ['none'];
    draft.facts['auth.methods'] = ['none'];
    return;
  }
  if (raw.methods?.refusedNone) draft.facts['auth.anonymous.accepted'] = false;
  if (raw.methods === undefined) {
    const configured = serverMethods(raw.answers.get('serverSettings'), raw.port);
    put(draft, 'ssh.auth.methods', configured);
    if (configured !== undefined && 'value' in configured) putMethods(draft, configured.value, configured.basis);
    else put(draft, 'auth.methods', configured);
    return;
  }
  const words = raw.methods.names.map((name) => wordOf[name]).filter((word) => word !== undefined);
  if (words.length < raw.methods.names.length || words.length === 0) {
    // A list with a name that we have no word for would look shorter than it is.
    draft.unseen['ssh.auth.methods'] = 'unsupported';
    draft.unseen['auth.methods'] = 'unsupported';
    return;
  }
  draft.facts['ssh.auth.methods'] = [...new Set(words)].sort();
  putMethods(draft, words, 'authoritative');
}

function putMethods(draft: Draft, words: readonly SshMethod[], basis: 'authoritative' | 'stated'): void {
  draft.facts['auth.methods'] = [...new Set(words.map((word) => methodOf[word]))].sort();
  draft.basis['auth.methods'] = basis;
}
