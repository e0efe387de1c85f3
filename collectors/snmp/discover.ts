/** Asks the agent for its engine id and keeps what the report says. */
import { randomInt } from 'node:crypto';
import type { Peer } from '../channel/peer.ts';
import type { Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import { discoveryMessage, engineIdParts, parseV3, type V3Message } from './engine.ts';

export const timeoutMs = 3000;

/** What came back: the report, something that is no SNMPv3, or nothing in time. */
export type Discovery = { readonly report: V3Message } | { readonly stranger: true } | { readonly silent: true };

export async function discover(look: Look, peer: Peer, kind = 'snmp.discover'): Promise<Discovery> {
  const answered = await look.request(kind);
  const messageId = randomInt(1, 0x7fffffff);
  look.note('asked for the engine id (SNMPv3 discovery, no user)');
  let timer: NodeJS.Timeout | undefined;
  try {
    return await peer.exchange<Discovery>((done) => {
      let stranger = false;
      timer = setTimeout(() => done(stranger ? { stranger: true } : { silent: true }), timeoutMs);
      peer.listen((bytes) => {
        const report = parseV3(bytes);
        // A datagram that is no answer may come before one that is: note it, keep waiting.
        if (report === undefined) stranger = true;
        else if (report.messageId === messageId && report.report !== undefined) done({ report });
      });
      peer.send(discoveryMessage(messageId));
    });
  } finally {
    clearTimeout(timer);
    peer.listen(undefined);
    answered();
  }
}

/** Says in the transcript what the engine told about itself. */
export function noteEngine(look: Look, report: V3Message): void {
  const parts = engineIdParts(report.engineId);
  const inner = parts?.inner === undefined ? '' : `, made from ${JSON.stringify(parts.inner)}`;
  look.note(
    parts === undefined
      ? `engine id of ${report.engineId.length} octets, which is none (5-32)`
      : `engine ${parts.hex} (enterprise ${parts.enterprise}${inner}), restarts ${report.boots}, up ${report.time} s`,
  );
}

export const strangerEnd = () =>
  new Ended('unsupported', 'answered with something that is no SNMP', { rule: 'SAF-16' });
