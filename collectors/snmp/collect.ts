/** Talks to an SNMP agent: who are you, and with a credential what are you and how are you set up. Reads only. */

import { openPeer, type Peer } from '../channel/peer.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { Ended, withinTier } from '../contract/collector.ts';
import { discover, noteEngine, strangerEnd } from './discover.ts';
import type { V3Message } from './engine.ts';
import { readingOf } from './facts.ts';
import { type SnmpOptions, snmpManifest } from './manifest.ts';
import {
  accessColumns,
  type ColumnName,
  entityColumns,
  listenerColumns,
  mostPerGet,
  neighbourColumns,
  portColumns,
  scalars,
  stateGroup,
  systemGroup,
  targetColumns,
} from './objects.ts';
import { emptyRecord, type SnmpRaw } from './raw.ts';
import { communityReader, levelOf, type Reader, userReader } from './session.ts';
import { enterpriseOf, objectsOf, vendorOf } from './vendors.ts';
import { mostBulks, walk } from './walk.ts';

export const snmpCollector: Collector<SnmpOptions, SnmpRaw> = {
  manifest: snmpManifest,
  begin: emptyRecord,
  collect,
  timed,
  read: readingOf,
};

/** What one run works with. */
interface Run {
  readonly look: Look<SnmpOptions>;
  readonly peer: Peer;
  readonly raw: SnmpRaw;
}

async function collect(look: Look<SnmpOptions>, raw: SnmpRaw): Promise<void> {
  const peer = await openPeer(look);
  const run = { look, peer, raw };
  const usable = look.secret !== undefined && withinTier('T3', look.tier);
  try {
    // An agent that speaks only version 2c leaves discovery unanswered, so there the community goes first.
    if (usable && look.secret?.kind === 'community') {
      await readWithCommunity(run);
      await findEngine(run);
    } else {
      await findEngine(run);
      if (raw.engine === 'silent' && !look.consents.has('snmp.public')) throw noAnswer();
      if (usable && raw.engine !== 'silent') await readWithUser(run);
    }
    await testFloor(run);
    await testPublic(run);
    if (raw.answeredAt === undefined) throw noAnswer();
  } catch (error) {
    // Only ICMP from a host that is there says that nothing listens.
    if (error instanceof Ended && error.outcome === 'unreachable' && error.message === 'ECONNREFUSED') {
      raw.refused = true;
    }
    throw error;
  } finally {
    peer.close();
  }
}

/** Discovery of the engine, which asks for nothing that belongs to the device. */
async function timed(look: Look<SnmpOptions>): Promise<void> {
  const peer = await openPeer(look);
  try {
    const found = await discover(look, peer, 'snmp.baseline');
    if ('stranger' in found) throw strangerEnd();
    if ('silent' in found) throw noAnswer();
  } finally {
    peer.close();
  }
}

async function findEngine({ look, peer, raw }: Run): Promise<void> {
  const found = await discover(look, peer);
  if ('report' in found) {
    answered({ look, raw });
    raw.engine = found.report;
    noteEngine(look, found.report);
  } else if ('stranger' in found) {
    look.note('an answer came that is no SNMPv3 message');
    if (raw.answeredAt !== undefined) return;
    answered({ look, raw });
    throw strangerEnd();
  } else {
    look.note('no answer to engine discovery');
    raw.engine = 'silent';
  }
}

async function readWithCommunity(run: Run): Promise<void> {
  const { look, peer, raw } = run;
  if (look.secret?.kind !== 'community') return;
  const community = look.secret.community.reveal();
  raw.identity = { version: 'v2c', publicCommunity: community === 'public' };
  look.note('reading with the configured community (SNMPv2c)');
  await readAll(run, communityReader({ look, peer, context: '' }, community));
}

async function readWithUser(run: Run): Promise<void> {
  const { look, peer, raw } = run;
  const usm = look.secret;
  if (usm?.kind !== 'usm' || raw.engine === undefined || raw.engine === 'silent') return;
  const { user, authProtocol, privProtocol } = usm;
  raw.identity = {
    version: 'v3',
    user,
    ...(authProtocol === undefined ? {} : { authProtocol }),
    ...(privProtocol === undefined ? {} : { privProtocol }),
  };
  const level = levelOf(usm);
  if (privProtocol === 'des') {
    raw.credential = 'unsupported';
    throw new Ended('unsupported', 'the credential wants DES, which this runtime does not offer');
  }
  look.note(`reading as user ${JSON.stringify(user)} at ${level}`);
  await readAll(run, userReader({ look, peer, context: look.options.context }, usm, { engine: raw.engine, level }));
}

async function readAll(run: Run, reader: Reader): Promise<void> {
  const { look, raw } = run;
  try {
    await read(run, { reader, name: 'system group', oids: systemGroup });
    raw.credential = 'answered';
    const maker = vendorOf(enterpriseOf(raw.scalars.get(scalars.objectId)))?.vendor;
    if (maker !== undefined) look.identified(maker);
    const vendorObjects = objectsOf(raw.scalars.get(scalars.objectId)).map(({ oid }) => oid);
    for (let from = 0; from < vendorObjects.length; from += mostPerGet) {
      await read(run, { reader, name: 'objects of the maker', oids: vendorObjects.slice(from, from + mostPerGet) });
    }
    const askedMs = look.now().getTime();
    await read(run, { reader, name: 'clock, access and port state', oids: stateGroup });
    raw.clock = { askedMs, answeredMs: look.now().getTime() };
    if (look.options.tables === 'walk') {
      const allowance = { bulks: mostBulks };
      for (const group of tableGroups(raw)) await walk({ look, reader, allowance }, group, raw);
    }
    raw.complete = true;
  } catch (error) {
    if (raw.credential !== 'answered' && error instanceof Ended) {
      if (error.outcome === 'denied') raw.credential = 'denied';
      if (error.outcome === 'timedOut') raw.credential = 'silent';
      if (error.outcome === 'denied' || error.outcome === 'unsupported') answered(run);
    }
    throw error;
  } finally {
    for (const oid of reader.redacted) raw.redacted.add(oid);
    if (reader.redacted.size > 0)
      look.note(`left out, as it held a secret of ours: ${[...reader.redacted].join(', ')}`);
    reader.close();
  }
}

/** Access comes last: a list that shows we may write is the last thing we want to have asked for. */
function tableGroups(raw: SnmpRaw): (readonly ColumnName[])[] {
  const isBridge = typeof raw.scalars.get(scalars.bridgePorts) === 'number';
  return [
    entityColumns,
    targetColumns,
    ...(isBridge ? [portColumns] : []),
    neighbourColumns,
    listenerColumns,
    accessColumns,
  ];
}

async function read(
  { look, raw }: Pick<Run, 'look' | 'raw'>,
  { reader, name, oids }: { reader: Reader; name: string; oids: readonly string[] },
): Promise<void> {
  const values = await reader.get('snmp.get', oids);
  answered({ look, raw });
  if (values === undefined) return look.note(`${name}: the agent could not answer this request`);
  for (const [oid, value] of values) raw.scalars.set(oid, value);
  look.note(`${name}: ${values.size} of ${oids.length} objects answered`);
  for (const [oid, value] of values) look.note(`  ${oid} = ${shown(value)}`);
}

/** Consented: does the user get data without a key? One GET; the report that refuses it is the healthy answer. */
async function testFloor({ look, peer, raw }: Run): Promise<void> {
  const engine: V3Message | 'silent' | undefined = raw.engine;
  if (!look.consents.has('snmp.securityFloor') || look.secret?.kind !== 'usm') return;
  if (engine === undefined || engine === 'silent') return;
  look.note('consented test: one GET of sysUpTime without authentication');
  const reader = userReader({ look, peer, context: look.options.context }, look.secret, {
    engine,
    level: 'noAuthNoPriv',
  });
  raw.floorTest = await tested(reader, 'snmp.floor');
  look.note(`answer without authentication: ${raw.floorTest}`);
}

/** Consented: the one well-known community that is ever tried, once. */
async function testPublic({ look, peer, raw }: Run): Promise<void> {
  if (!look.consents.has('snmp.public')) return;
  if (raw.identity?.publicCommunity && raw.credential === 'answered') return;
  look.note('consented test: one GET of sysUpTime with the community "public"');
  const reader = communityReader({ look, peer, context: '' }, 'public');
  const result = await tested(reader, 'snmp.public');
  raw.publicTest = result === 'answered' ? 'answered' : 'silent';
  if (result === 'answered') answered({ look, raw });
  look.note(`answer to "public": ${result}`);
}

async function tested(reader: Reader, kind: string): Promise<'answered' | 'refused' | 'silent'> {
  try {
    const values = await reader.get(kind, [scalars.upTime]);
    return values !== undefined && values.size > 0 ? 'answered' : 'refused';
  } catch (error) {
    if (error instanceof Ended && error.outcome === 'denied') return 'refused';
    if (error instanceof Ended && error.outcome === 'timedOut' && error.message.startsWith('no answer'))
      return 'silent';
    throw error;
  } finally {
    reader.close();
  }
}

function answered({ look, raw }: Pick<Run, 'look' | 'raw'>): void {
  raw.answeredAt ??= look.now().toISOString();
}

function noAnswer(): Ended {
  return new Ended('timedOut', 'no answer; a closed port, a filter and a wrong secret look alike here');
}

function shown(value: number | string | Buffer): string {
  if (!Buffer.isBuffer(value)) return String(value);
  const text = value.toString('utf8');
  return JSON.stringify(
    Buffer.from(text, 'utf8').equals(value) ? text.slice(0, 300) : `hex:${value.toString('hex').slice(0, 300)}`,
  );
}
