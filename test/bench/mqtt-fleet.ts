/** mosquitto, one process on each of many loopback addresses, with one account that may read. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accepts, freePort, programPath, type Running, startProgram, temporaryFolder } from '../support/program.ts';

export interface MqttFleet {
  readonly port: number;
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

/** An account of brokers that live for a minute and listen on loopback only. */
export const account = { user: 'bench', password: 'bench-reads' };

const atOnce = 16;

export async function startMqttFleet(count: number): Promise<MqttFleet> {
  const folder = temporaryFolder('bench-mqtt');
  const running: Running[] = [];
  const stop = async () => {
    await Promise.all(running.map((each) => each.stop()));
    folder.remove();
  };
  try {
    const addresses = Array.from({ length: count }, (_, index) => addressOf(index));
    const port = await freePort(addressOf(0));
    const passwords = join(folder.path, 'passwords');
    writeFileSync(passwords, '', { mode: 0o600 });
    const make = programPath('mosquitto_passwd') ?? 'mosquitto_passwd';
    await promisify(execFile)(make, ['-b', passwords, account.user, account.password]);
    for (let from = 0; from < count; from += atOnce) {
      const batch = addresses.slice(from, from + atOnce);
      const started = await Promise.allSettled(
        batch.map((address) => startBroker(folder.path, { address, port, passwords })),
      );
      for (const one of started) if (one.status === 'fulfilled') running.push(one.value);
      const failed = started.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
    return { port, addresses, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** 127.0.30.1 to 127.0.30.200, then 127.0.31.1 and so on. */
function addressOf(index: number): string {
  return `127.0.${30 + Math.floor(index / 200)}.${1 + (index % 200)}`;
}

function startBroker(
  folder: string,
  { address, port, passwords }: { address: string; port: number; passwords: string },
): Promise<Running> {
  const file = join(folder, `${address}.conf`);
  const lines = [
    `listener ${port} ${address}`,
    'allow_anonymous false',
    `password_file ${passwords}`,
    'persistence false',
    'user root',
    'log_type error',
    // The version is published once, at the start; counters that nobody reads would cost the machine's time.
    'sys_interval 3600',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return startProgram('mosquitto', ['-c', file], { ready: () => accepts(port, address), timeoutMs: 30_000 });
}
