/** Net-SNMP's agent, started with a configuration of the test's own. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause, type Running, startProgram, temporaryFolder } from './program.ts';

export interface Snmpd {
  readonly port: number;
  /** SET requests that the agent counted, asked with the arguments of `snmpget` that let somebody in. */
  sets(login: readonly string[]): number;
  stop(): Promise<void>;
}

const snmpInSetRequests = '1.3.6.1.2.1.11.17.0';

/** A UDP port that was free a moment ago. */
export async function freeUdpPort(host = '127.0.0.1'): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** Starts snmpd with the given lines of snmpd.conf on a loopback port and waits until it answers engine discovery. */
export async function startSnmpd(lines: readonly string[], modules?: string): Promise<Snmpd> {
  const folder = temporaryFolder('snmpd');
  const port = await freeUdpPort();
  const file = join(folder.path, 'snmpd.conf');
  writeFileSync(file, `${[`agentaddress udp:127.0.0.1:${port}`, ...lines].join('\n')}\n`, { mode: 0o600 });
  const args = ['-f', '-Ln', '-C', '-c', file, ...(modules === undefined ? [] : ['-I', modules])];
  let running: Running;
  try {
    running = await startProgram('snmpd', args, {
      env: { SNMP_PERSISTENT_DIR: folder.path, MIBS: '', MIBDIRS: folder.path },
      ready: () => answersDiscovery(port),
    });
  } catch (error) {
    folder.remove();
    throw error;
  }
  return {
    port,
    sets: (login) => {
      const target = [...login, '-Oqv', `127.0.0.1:${port}`, snmpInSetRequests];
      return Number(execFileSync('snmpget', target, { env: { ...process.env, MIBS: '' }, encoding: 'utf8' }));
    },
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

/** Whether an SNMPv3 agent answers; the message is written out, so that it owes nothing to the code under test. */
export async function answersDiscovery(port: number): Promise<boolean> {
  const message = Buffer.from(
    '303e020103301102040a0b0c0d020300ffe30401040201030410300e0400020100020100040004000400' +
      '3014040004' +
      '00' +
      'a00e02040a0b0c0d0201000201003000',
    'hex',
  );
  return answers(port, message);
}

/** Whether any datagram comes back within a moment. */
export async function answers(port: number, message: Uint8Array): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    let answered = false;
    socket.on('message', () => {
      answered = true;
    });
    socket.on('error', () => {});
    socket.send(message, port, '127.0.0.1', () => {});
    for (let waited = 0; waited < 300 && !answered; waited += 10) await pause(10);
    return answered;
  } finally {
    await new Promise<void>((resolve) => socket.close(resolve));
  }
}
