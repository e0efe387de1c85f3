import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Tier } from '../../collectors/contract/collector.ts';
import { collectors } from '../../collectors/registry.ts';
import { loadCredentialsFile } from '../../server/plant/load-credentials.ts';
import { collectOne, type HandProbe } from '../collect-one.ts';
import { volatileMemory } from '../governor/memory.ts';
import { UserError } from './end.ts';
import { note, printJson, say, table } from './print.ts';
import { credentialOf } from './product.ts';

interface CollectOptions {
  readonly json?: boolean;
  readonly credential?: string;
  readonly credentials?: string;
  readonly trust?: readonly string[];
  readonly tier: Tier;
  readonly option?: readonly string[];
}

export async function collect(collector: string, url: string, options: CollectOptions): Promise<number> {
  const asked: HandProbe = {
    ...{ collector, url, tier: options.tier, by: userInfo().username },
    options: Object.fromEntries((options.option ?? []).map(keyAndValue)),
    trust: (options.trust ?? []).map(anchor),
    ...typedCredential(options),
  };
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-collect-'));
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    const seen = await collectOne(
      asked,
      { registry: collectors, memory: volatileMemory(), credential: credentialOf, folder, now: () => new Date() },
      interrupted.signal,
    );
    if (options.json) printJson(seen);
    else print(seen);
    return seen.outcome === 'observed' ? 0 : 3;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(seen: Awaited<ReturnType<typeof collectOne>>): void {
  say(`${seen.target}: ${seen.outcome}${seen.detail === undefined ? '' : `, ${seen.detail}`} (${seen.tier})`);
  const facts: [string, unknown][] = Object.entries({ ...seen.facts, ...seen.volatile });
  for (const line of table(facts.map(([name, value]) => [`  ${name}`, JSON.stringify(value)]))) say(line);
  const unseen = Object.entries(seen.unseen);
  if (unseen.length > 0) say('Not seen:');
  for (const line of table(unseen.map(([name, reason]) => [`  ${name}`, reason]))) say(line);
  const { connections, requests, bytesSent, bytesReceived, maxLatencyMs } = seen.ledger;
  note(
    `${connections} connections, ${requests} requests, ${bytesSent} bytes out, ${bytesReceived} in, slowest answer ${Math.round(maxLatencyMs)} ms`,
  );
}

function typedCredential(options: CollectOptions): Partial<Pick<HandProbe, 'credential' | 'credentialsFile'>> {
  const { credential: name, credentials: file } = options;
  if (name === undefined) return {};
  if (file === undefined)
    throw new UserError('--credential: expected --credentials FILE beside it, the file that holds the name');
  const { credentials } = loadCredentialsFile(file);
  const source = credentials[name];
  if (source === undefined)
    throw new UserError(`--credential: expected one of ${Object.keys(credentials).join(', ')}, found "${name}"`);
  return { credential: { name, source }, credentialsFile: file };
}

function anchor(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UserError(`--trust: expected a readable PEM file, found "${file}"`);
  }
}

/** `key=value`; the value is JSON where it reads as JSON, a string otherwise. */
function keyAndValue(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new UserError(`--option: expected key=value, found "${text}"`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}
