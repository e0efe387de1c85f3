/** Modbus devices and SSH servers, each on a port of its own, in one process beside the one that is measured. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import ssh2 from 'ssh2';
import { startModbus } from '../../agent/demo/devices/modbus.ts';

export interface DeviceFleet {
  /** Ports on 127.0.0.1. */
  readonly modbus: readonly number[];
  readonly ssh: readonly number[];
  stop(): Promise<void>;
}

/** What every Modbus device says of itself. */
export const drive = { vendor: 'Bench', product: 'Drive', revision: 'V2.17', model: 'BD-40' };

export async function startDeviceFleet(each: number, signal: AbortSignal): Promise<DeviceFleet> {
  signal.throwIfAborted();
  const child = fork(new URL(import.meta.url), [`${each}`], {
    signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('error', () => {});
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`the devices ended with ${code}`);
  });
  ended.catch(() => {});
  const [ports] = await Promise.race([once(child, 'message'), ended]);
  return {
    ...(ports as Pick<DeviceFleet, 'modbus' | 'ssh'>),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

if (import.meta.main) {
  const each = Number(process.argv[2]);
  const modbus: number[] = [];
  const ssh: number[] = [];
  const { private: key } = ssh2.utils.generateKeyPairSync('ed25519');
  for (let count = 0; count < each; count += 1) {
    modbus.push((await startModbus(drive)).port);
    ssh.push(await startSsh(key));
  }
  process.once('disconnect', () => process.exit());
  process.send?.({ modbus, ssh });
}

/** Greets, and takes nobody in. */
async function startSsh(key: string): Promise<number> {
  const server = new ssh2.Server({ hostKeys: [key] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => context.reject());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('an SSH server without a port');
  return address.port;
}
