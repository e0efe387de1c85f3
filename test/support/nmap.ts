/** nmap's identification scripts: a client that nobody here wrote, to be asked about the same servers. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programPath } from './program.ts';

const run = promisify(execFile);

/** What the script prints about one port of this machine. `+` makes it run although the port is not the usual one. */
export async function nmapScript(script: string, port: number, transport: 'tcp' | 'udp' = 'tcp'): Promise<string> {
  const path = programPath('nmap');
  if (path === undefined) throw new Error('nmap is not installed');
  const scan = transport === 'tcp' ? '-sT' : '-sU';
  const ports = `${transport === 'tcp' ? 'T' : 'U'}:${port}`;
  const args = ['-n', '-Pn', '--unprivileged', scan, '-p', ports, '--script', `+${script}`, '127.0.0.1'];
  const { stdout } = await run(path, transport === 'udp' ? args.filter((arg) => arg !== '--unprivileged') : args, {
    timeout: 60_000,
  });
  return stdout;
}
