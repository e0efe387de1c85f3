/** What listens, by the host's own account. Pure. */
import type { FactValue } from '../contract/vocabulary.ts';
import { linesOf, troubleWith } from './answers.ts';
import type { Found } from './draft.ts';
import type { CommandAnswer } from './raw.ts';

type Listener = FactValue<'service.listeners'>[number];
type Legacy = FactValue<'service.legacy.enabled'>[number];

const mostListeners = 500;

/** `ss -Hltnup` or `netstat -lntu`; the words of the first column tell them apart. */
export function listenersOf(answer: CommandAnswer | undefined): Found<readonly Listener[]> | undefined {
  if (answer === undefined) return undefined;
  const trouble = troubleWith(answer) ?? (answer.code === 0 ? undefined : 'unsupported');
  if (trouble !== undefined) return { unseen: trouble };
  const found = new Map<string, Listener>();
  for (const line of linesOf(answer.output)) {
    const listener = listenerOf(line.split(/\s+/), line);
    if (listener !== undefined && found.size < mostListeners) found.set(listener.id, listener);
  }
  // We came in by a listener: a list without any was not read.
  if (found.size === 0) return { unseen: 'unsupported' };
  return { value: [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1)), basis: 'authoritative' };
}

function listenerOf(fields: readonly string[], line: string): Listener | undefined {
  const transport = /^(tcp|udp)6?$/.exec(fields[0] ?? '')?.[1] as 'tcp' | 'udp' | undefined;
  if (transport === undefined) return undefined;
  const local = /^\d+$/.test(fields[1] ?? '') ? fields[3] : fields[4];
  const match = /^(.*):(\d{1,5})$/.exec(local ?? '');
  const port = Number(match?.[2]);
  if (match === null || port === 0 || port > 65_535) return undefined;
  const address = (match[1] ?? '').replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const boundTo = address === '*' ? '::' : address;
  const process = /users:\(\("([^"]{1,64})"/.exec(line)?.[1];
  return {
    id: `${transport}/${port}/${boundTo}`,
    port,
    transport,
    boundTo,
    ...(process === undefined ? {} : { process }),
  };
}

const legacyPorts: Readonly<Record<string, Legacy>> = {
  'tcp/21': 'ftp',
  'tcp/23': 'telnet',
  'udp/69': 'tftp',
  'tcp/80': 'http',
  'tcp/5900': 'vnc',
};

/** By number alone, and only what others can reach. */
export function legacyServices(found: Found<readonly Listener[]> | undefined): Found<readonly Legacy[]> | undefined {
  if (found === undefined || 'unseen' in found) return found;
  const reachable = found.value.filter(({ boundTo }) => boundTo !== '::1' && !boundTo?.startsWith('127.'));
  const names = reachable.map(({ transport, port }) => legacyPorts[`${transport}/${port}`]);
  return { value: [...new Set(names.filter((name) => name !== undefined))].sort(), basis: 'inferred' };
}
