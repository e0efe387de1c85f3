/**
 * Tells operations of a scan before its first packet and after its last: who looks, from where, at what (SAF-50). A line
 * in a file, or a POST to an address that a chat, a ticket system or a mail gateway listens at.
 */
import { appendFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { readSecret } from '../server/contract/credentials.ts';
import type { Notice, Plant } from '../server/contract/plant.ts';
import type { PlannedProbe } from '../server/contract/scanner.ts';
import { infrastructure } from './governor/sockets.ts';

/** What is told; never a secret, never an answer of a device. */
export interface Told {
  readonly plimsoll: 1;
  readonly event: 'begin' | 'end';
  readonly at: string;
  readonly site: string;
  readonly system: string;
  readonly contact?: string;
  /** Addresses of this machine. */
  readonly from: readonly string[];
  readonly targets: readonly { readonly asset: string; readonly address: string; readonly tier: string }[];
  /** Outcomes by number, at the end. */
  readonly outcomes?: Readonly<Record<string, number>>;
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
        await infrastructure(() => deliver(notice, told, dirname(plant.file)));
      } catch (error) {
        // The address of a webhook is a secret: only what went wrong is said.
        const why = error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
        (notice.required ? refused : missed).push(`site.notices[${index}]: ${why}`);
      }
    }),
  );
  return { refused: refused.sort(), missed: missed.sort() };
}

async function deliver(notice: Notice, told: Told, folder: string): Promise<void> {
  if ('webhook' in notice) return post(notice.webhook, told, folder);
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

class NotDelivered extends Error {}

function isAllowed(address: string): boolean {
  const url = URL.parse(address);
  return (
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
  );
}

function reasonOf(error: unknown): string {
  return error instanceof NotDelivered ? error.message : 'could not be told';
}
