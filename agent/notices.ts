/**
 * Tells operations of a scan before its first packet and after its last: who looks, from where, at what (SAF-50). A line
 * in a file, a POST to an address that a chat or a ticket system listens at, or a mail.
 */
import { appendFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { AssetObservation, SafetyEvent } from '../collectors/contract/observation.ts';
import { readCredential, readSecret } from '../server/contract/credentials.ts';
import type { Mailbox, Notice, Plant } from '../server/contract/plant.ts';
import { BadInput } from '../server/contract/problem.ts';
import type { PlannedProbe } from '../server/contract/scanner.ts';
import { infrastructure } from './governor/sockets.ts';
import { type Mail, MailNotSent, sendMail } from './mail.ts';

/** What is told; never a secret, never an answer of a device. */
export interface Told {
  readonly plimsoll: 1;
  readonly event: 'begin' | 'end' | 'incident';
  readonly at: string;
  readonly site: string;
  readonly system: string;
  readonly contact?: string;
  /** Addresses of this machine. */
  readonly from: readonly string[];
  readonly targets: readonly { readonly asset: string; readonly address: string; readonly tier: string }[];
  /** Outcomes by number, at the end. */
  readonly outcomes?: Readonly<Record<string, number>>;
  /** What somebody has to look into now. */
  readonly incident?: SafetyEvent & { readonly probe: string; readonly outcome: string };
}

const patienceMs = 10_000;

export function noticeOf(
  plant: Plant,
  scan: { readonly system: string; readonly probes: readonly PlannedProbe[]; readonly at: Date },
  end?: { readonly outcomes: Readonly<Record<string, number>> },
): Told {
  const { id: site, contact } = plant.site;
  return {
    plimsoll: 1,
    event: end === undefined ? 'begin' : 'end',
    at: scan.at.toISOString(),
    site,
    system: scan.system,
    ...(contact === undefined ? {} : { contact }),
    from: Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal }) => !internal)
      .map(({ address }) => address),
    targets: scan.probes.map(({ asset, address, url, tier }) => ({ asset, address: `${address} (${url})`, tier })),
    ...end,
  };
}

export interface Delivery {
  /** Why a required notice was not delivered; nothing may be sent then. */
  readonly refused: readonly string[];
  /** The same of notices that are not required. */
  readonly missed: readonly string[];
}

/** Tells all of them, side by side. Never throws. */
export async function tell(plant: Plant, told: Told): Promise<Delivery> {
  const refused: string[] = [];
  const missed: string[] = [];
  await Promise.all(
    (plant.site.notices ?? []).map(async (notice, index) => {
      try {
        await infrastructure(() => deliver(notice, told, plant));
      } catch (error) {
        // The address of a webhook is a secret: only what went wrong is said.
        const why = error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
        (notice.required ? refused : missed).push(`site.notices[${index}]: ${why}`);
      }
    }),
  );
  return { refused: refused.sort(), missed: missed.sort() };
}

async function deliver(notice: Notice, told: Told, plant: Plant): Promise<void> {
  const folder = dirname(plant.file);
  if ('webhook' in notice) return post(notice.webhook, told, folder);
  if ('mail' in notice) return mail(notice.mail, told, plant);
  await appendFile(notice.file, `${JSON.stringify(told)}\n`, { mode: 0o640 });
}

async function post(where: { env: string } | { file: string }, told: Told, folder: string): Promise<void> {
  const address = readSecret(where, { folder });
  if (typeof address !== 'string') throw new NotDelivered(`expected ${address.expected}, found ${address.found}`);
  if (!isAllowed(address)) throw new NotDelivered('expected an https address (http on this machine only)');
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(told),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch (error) {
    throw new NotDelivered(
      error instanceof Error && error.name === 'TimeoutError'
        ? `no answer within ${patienceMs / 1000} s`
        : 'the address was not reached',
    );
  }
  await response.body?.cancel();
  if (!response.ok) throw new NotDelivered(`answered ${response.status}`);
}

async function mail(box: Mailbox, told: Told, { credentials, trust, file }: Plant): Promise<void> {
  const source = box.credential === undefined ? undefined : credentials[box.credential];
  if (box.credential !== undefined && source === undefined)
    throw new NotDelivered(`there is no credential ${box.credential}`);
  const login = source === undefined ? {} : { login: readCredential(source, { folder: dirname(file) }) };
  await sendMail(box, mailOf(told), { ...login, trust, patienceMs });
}

/** The same of one device that somebody has to look into at once. */
export function incidentNotice(
  plant: Plant,
  probe: PlannedProbe,
  observation: AssetObservation & { readonly event: SafetyEvent },
): Told {
  const { event, system, outcome } = observation;
  const told = noticeOf(plant, { system, probes: [probe], at: new Date(event.at) });
  return { ...told, event: 'incident', incident: { ...event, probe: probe.probe, outcome } };
}

const doing: Readonly<Record<Told['event'], string>> = {
  begin: 'begins',
  end: 'has ended',
  incident: 'met with an incident',
};

/** What a person on shift reads: subject first, then from where, what and how far. */
function mailOf(told: Told): Mail {
  const { event, site, system, at, contact, from, targets, outcomes, incident } = told;
  const counts = Object.entries(outcomes ?? {}).map(([outcome, count]) => `${count} ${outcome}`);
  return {
    subject: `Plimsoll: the scan of ${system} at ${site} ${doing[event]}`,
    text: [
      `The scan of ${system} at ${site} ${doing[event]}, ${at}.`,
      `It comes from: ${from.length === 0 ? 'this machine' : from.join(', ')}`,
      ...(contact === undefined ? [] : [`Contact: ${contact}`]),
      ...(counts.length === 0 ? [] : [`Outcomes: ${counts.join(', ')}`]),
      ...(incident === undefined ? [] : ['', incident.because, ...timesOf(incident)]),
      '',
      'Targets:',
      ...targets.map(({ asset, address, tier }) => `- ${asset}, ${address}, ${tier}`),
      '',
      'To stop everything at once: plimsoll stop',
    ].join('\n'),
    attached: told,
  };
}

function timesOf({ beforeMs, afterMs }: SafetyEvent): string[] {
  if (beforeMs === undefined || afterMs === undefined) return [];
  const shown = (times: readonly number[]) => (times.length === 0 ? 'no answer' : `${times.join(', ')} ms`);
  return [`Answer times before: ${shown(beforeMs)}; then: ${shown(afterMs)}`];
}

class NotDelivered extends Error {}

function isAllowed(address: string): boolean {
  const url = URL.parse(address);
  return (
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof NotDelivered || error instanceof MailNotSent) return error.message;
  // What is missing of a credential names where it should lie, never what lies there.
  if (error instanceof BadInput) return error.problems.map(({ expected }) => `expected ${expected}`).join('; ');
  return 'could not be told';
}
