/** Asks one EtherNet/IP device who it is: one connection, one command, no session. */
import { ask } from '../channel/ask.ts';
import { withLine } from '../channel/connection.ts';
import { deviceName } from '../channel/device-name.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { endedBy } from '../contract/collector.ts';
import { type EnipRaw, readEnip, serialText } from './facts.ts';
import { type ListIdentityAnswer, listIdentityRequest, longestAnswer, readListIdentity } from './frames.ts';
import { type EnipOptions, enipManifest } from './manifest.ts';
import { vendorName } from './vendors.ts';

const connectMs = 5000;
const answerMs = 5000;

export const enipCollector: Collector<EnipOptions, EnipRaw> = {
  manifest: enipManifest,
  begin: () => ({}),
  collect,
  read: readEnip,
};

async function collect(look: Look<EnipOptions>, raw: EnipRaw): Promise<void> {
  const connected = () => {
    raw.listening = true;
    raw.connectedAt = look.now();
    look.note(`connected to port ${look.target.port}`);
  };
  try {
    await withLine(look, { kind: 'enip.connect', connectMs, connected }, async (line) => {
      line.answered();
      look.note('ListIdentity, without a session');
      raw.answer = await ask(look, line, {
        kind: 'enip.listIdentity',
        bytes: listIdentityRequest(),
        read: readListIdentity,
        mostBytes: longestAnswer,
        ms: answerMs,
        what: 'answer in EtherNet/IP',
      });
      note(look, raw.answer);
      if (raw.answer.kind !== 'identity') return;
      const maker = vendorName(raw.answer.identity.vendor);
      if (maker !== undefined) look.identified(maker);
      const fault = faultOf(raw.answer.identity.status);
      if (fault !== undefined) look.alarmed(fault);
    });
  } catch (error) {
    const end = endedBy(error);
    if (end?.outcome === 'unreachable' && end.message === 'ECONNREFUSED') raw.listening ??= false;
    throw error;
  }
}

/** Bits 10 and 11 of the Identity object's status (CIP volume 1, section 5A-2): faults that stop the device. */
function faultOf(status: number): string | undefined {
  if ((status & (1 << 11)) !== 0) return `a major fault that it cannot recover from (status word ${status})`;
  return (status & (1 << 10)) === 0 ? undefined : `a major fault (status word ${status})`;
}

function note(look: Look, answer: ListIdentityAnswer): void {
  if (answer.kind === 'refused') look.note(`refused, status ${answer.status}`);
  if (answer.kind === 'nothing') look.note('answered, and lists nothing');
  if (answer.kind !== 'identity') return;
  const { vendor, deviceType, productCode, major, minor, status, serial, name, socket } = answer.identity;
  look.note(
    `vendor ${vendor} (${vendorName(vendor) ?? 'not on our list'}), type ${deviceType}, product ${productCode}`,
  );
  look.note(`product name ${JSON.stringify(deviceName(name) ?? '')}, revision ${major}.${minor}`);
  look.note(`serial number ${serialText(serial)}, status word ${status}, says its address is ${socket}`);
}
