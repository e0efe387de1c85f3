/** snmpsim, which plays any device from a text file: one file per community (v2c) or context name (v3). */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { follows } from '../../collectors/snmp/walk.ts';
import { type Running, startProgram, temporaryFolder } from './program.ts';
import { answersDiscovery, freeUdpPort } from './snmpd.ts';

/** `[object, type, value]` with snmpsim's type tags: 2 integer, 4 text, 4x hex octets, 6 object id, 65-67 counters. */
export type Row = readonly [oid: string, type: '2' | '4' | '4x' | '6' | '65' | '66' | '67', value: string | number];

export interface Snmpsim {
  readonly port: number;
  stop(): Promise<void>;
}

export const simulatedUser = { user: 'reader', authKey: 'correct-horse-1', privKey: 'battery-staple-2' } as const;

/** Starts the simulator with one tree per name. Version 3: `simulatedUser` with SHA-256 and AES-128. */
export async function startSnmpsim(trees: Readonly<Record<string, readonly Row[]>>): Promise<Snmpsim> {
  const folder = temporaryFolder('snmpsim');
  const data = join(folder.path, 'data');
  const cache = join(folder.path, 'cache');
  for (const path of [data, cache]) {
    mkdirSync(path);
    // The simulator gives up root and then writes its index here.
    chmodSync(path, 0o777);
  }
  chmodSync(folder.path, 0o755);
  for (const [name, rows] of Object.entries(trees)) {
    const sorted = rows.toSorted(([one], [other]) => (follows(one, other) ? 1 : -1));
    writeFileSync(join(data, `${name}.snmprec`), `${sorted.map((row) => row.join('|')).join('\n')}\n`);
  }
  const port = await freeUdpPort();
  const args = [
    `--data-dir=${data}`,
    `--cache-dir=${cache}`,
    `--agent-udpv4-endpoint=127.0.0.1:${port}`,
    `--v3-user=${simulatedUser.user}`,
    `--v3-auth-key=${simulatedUser.authKey}`,
    '--v3-auth-proto=SHA256',
    `--v3-priv-key=${simulatedUser.privKey}`,
    '--v3-priv-proto=AES',
    ...(process.getuid?.() === 0 ? ['--process-user=nobody', '--process-group=nogroup'] : []),
  ];
  let running: Running;
  try {
    running = await startProgram('snmpsimd', args, {
      cwd: folder.path,
      ready: () => answersDiscovery(port),
      timeoutMs: 40_000,
    });
  } catch (error) {
    folder.remove();
    throw error;
  }
  return {
    port,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}
