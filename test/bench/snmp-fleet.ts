/** Net-SNMP agents, one process on each of many loopback addresses, each with an engine and a name of its own. */
import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { discoveryMessage } from '../../collectors/snmp/engine.ts';
import { type Running, startProgram, temporaryFolder } from '../support/program.ts';
import { freeUdpPort } from '../support/snmpd.ts';

export interface SnmpFleet {
  readonly port: number;
  readonly addresses: readonly string[];
  /** Address -> what its agent says to the four `questions`, joined by line breaks. */
  readonly answers: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** sysDescr, sysObjectID, sysName and sysLocation: the same at every time of day. */
export const questions: readonly string[] = [
  '1.3.6.1.2.1.1.1.0',
  '1.3.6.1.2.1.1.2.0',
  '1.3.6.1.2.1.1.5.0',
  '1.3.6.1.2.1.1.6.0',
];

/** Secrets of agents that live for a minute and listen on loopback only. */
export const reader = { community: 'bench-reads', user: 'bench', auth: 'bench-auth-key', priv: 'bench-priv-key' };

const objectId = '1.3.6.1.4.1.8072.3.2.10';
/** Enough for system group, users and access; whatever else an agent could tell only costs memory. */
const modules = 'system_mib,sysORTable,snmp_mib,usmUser,usmConf,usmStats,snmpEngine,vacm_conf,vacm_context,vacm_vars';
const atOnce = 16;

export async function startSnmpFleet(count: number): Promise<SnmpFleet> {
  const folder = temporaryFolder('bench-snmp');
  const running: Running[] = [];
  const stop = async () => {
    await Promise.all(running.map((each) => each.stop()));
    folder.remove();
  };
  try {
    const addresses = Array.from({ length: count }, (_, index) => addressOf(index));
    const port = await freeUdpPort(addressOf(0));
    for (let from = 0; from < count; from += atOnce) {
      const batch = addresses.slice(from, from + atOnce);
      const started = await Promise.allSettled(batch.map((address) => startAgent(folder.path, address, port)));
      for (const one of started) if (one.status === 'fulfilled') running.push(one.value);
      const failed = started.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
    return { port, addresses, answers: new Map(addresses.map((address) => [address, answersOf(address)])), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** 127.0.10.1 to 127.0.10.200, then 127.0.11.1 and so on. */
function addressOf(index: number): string {
  return `127.0.${10 + Math.floor(index / 200)}.${1 + (index % 200)}`;
}

function answersOf(address: string): string {
  return [`Bench agent on ${address}`, objectId, nameOf(address), `Rack ${address}`].join('\n');
}

export function nameOf(address: string): string {
  return `agent-${address.replaceAll('.', '-')}`;
}

function startAgent(parent: string, address: string, port: number): Promise<Running> {
  const folder = join(parent, address);
  mkdirSync(folder);
  const file = join(folder, 'snmpd.conf');
  const [description = '', object = '', name = '', location = ''] = answersOf(address).split('\n');
  const lines = [
    `agentaddress udp:${address}:${port}`,
    `sysDescr ${description}`,
    `sysObjectID ${object}`,
    `sysName ${name}`,
    `sysLocation ${location}`,
    `rocommunity ${reader.community}`,
    `createUser ${reader.user} SHA-256 "${reader.auth}" AES "${reader.priv}"`,
    `rouser ${reader.user} priv`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return startProgram('snmpd', ['-f', '-Ln', '-C', '-c', file, '-I', modules], {
    // Agents that share a persistent folder would share engine id and users.
    env: { SNMP_PERSISTENT_DIR: folder, MIBS: '', MIBDIRS: folder },
    ready: () => isThere(address, port),
    timeoutMs: 30_000,
  });
}

/** Whether the agent answers engine discovery within a moment. */
async function isThere(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), 250);
      socket.once('message', () => {
        clearTimeout(timer);
        resolve(true);
      });
      socket.once('error', () => {});
      socket.send(discoveryMessage(1), port, address, () => {});
    });
  } finally {
    socket.close();
  }
}
