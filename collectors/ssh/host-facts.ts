/** Every fact that an account on the host shows, beside the reader that knows how. Pure. */
import { leastPasswordLength, privilegedAccounts } from './account.ts';
import { type Draft, put } from './draft.ts';
import { legacyServices, listenersOf } from './listeners.ts';
import { localLevel, localLogging, remoteLogging } from './logging.ts';
import { removableMedia } from './media.ts';
import { indexAge, pendingSecurityUpdates, signatureRequired } from './packages.ts';
import type { SshRaw } from './raw.ts';
import {
  clockOffset,
  clockState,
  disksEncrypted,
  malwareProtection,
  releaseOf,
  restartPending,
  secureBoot,
  supportOf,
} from './state.ts';

export function readHost(raw: SshRaw, draft: Draft): void {
  const { answers } = raw;
  put(draft, 'firmware.version', releaseOf(answers));
  put(draft, 'firmware.supported', supportOf(raw));
  put(draft, 'firmware.signed.required', signatureRequired(answers));
  put(draft, 'patch.pendingSecurityUpdates', pendingSecurityUpdates(answers));
  put(draft, 'patch.indexAge', indexAge(answers));
  put(draft, 'patch.rebootPending', restartPending(answers));
  const listeners = listenersOf(answers.get('listeners'));
  put(draft, 'service.listeners', listeners);
  put(draft, 'service.legacy.enabled', legacyServices(listeners));
  put(draft, 'account.privileged.count', privilegedAccounts(answers));
  put(draft, 'auth.passwordPolicy.minLength', leastPasswordLength(answers));
  put(draft, 'logging.local.enabled', localLogging(answers));
  put(draft, 'logging.level', localLevel(answers));
  put(draft, 'host.removableMedia.allowed', removableMedia(answers));
  const forwarding = remoteLogging(answers);
  put(draft, 'logging.remote.enabled', forwarding?.enabled);
  put(draft, 'logging.remote.encrypted', forwarding?.encrypted);
  put(draft, 'storage.encrypted', disksEncrypted(answers));
  put(draft, 'boot.secure.enabled', secureBoot(answers));
  put(draft, 'time.sync.state', clockState(answers));
  put(draft, 'time.offset', clockOffset(raw));
  const protection = malwareProtection(answers);
  put(draft, 'host.malwareProtection.kind', protection?.kind);
  put(draft, 'host.malwareProtection.active', protection?.active);
  put(draft, 'host.malwareProtection.patternAge', protection?.patternAge);
}
