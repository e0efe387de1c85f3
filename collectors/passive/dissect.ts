/**
 * Captures of a mirror port, by way of tshark: the one file of all collectors that starts a process. Fixed arguments
 * and no shell; no input, no name resolution, no profile of anybody; limits of the kernel on memory and time, and ours
 * on what it prints. It prints the fields below and nothing else: no payload, no credential, no community.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { Ended } from '../contract/collector.ts';

/** One frame, by the names of the fields; a field that the frame lacks is "". */
export type Frame = Readonly<Record<(typeof fields)[number], string>>;

export const fields = [
  'frame.time_epoch',
  'frame.cap_len',
  'frame.protocols',
  'eth.src',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'udp.srcport',
  'udp.dstport',
  'arp.src.hw_mac',
  'arp.src.proto_ipv4',
  'dhcp.option.dhcp',
  'dhcp.hw.mac_addr',
  'dhcp.ip.your',
  'dhcp.option.hostname',
  'lldp.chassis.id.mac',
  'lldp.tlv.system.name',
  'snmp.version',
] as const;

export interface Dissection {
  readonly file: string;
  /** A folder of our own: no profile, plug-in or preference of the user is read. */
  readonly folder: string;
  /** Bytes of frames at most. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  frame(frame: Frame): void;
  /** A line that is no frame: a text of the frame broke it. */
  broken(): void;
}

const memoryBytes = 2 * 1024 ** 3;
const cpuSeconds = 300;
const longestComplaint = 2000;

/**
 * Calls `frame` for each frame. @returns the bytes of all frames, and why it ended before the file did, if it did.
 * @throws {Ended} `unsupported` where there is no tshark, or nothing that it can read.
 */
export async function dissect(of: Dissection): Promise<{ bytes: number; cut?: 'bound' | 'damaged' }> {
  const [limiter, tshark] = [program('prlimit'), program('tshark')];
  const name = basename(of.file);
  if (tshark === undefined || limiter === undefined)
    throw new Ended(
      'unsupported',
      `${name} is a capture: reading it needs tshark (package tshark) and prlimit on Linux`,
    );
  const limits = [`--as=${memoryBytes}`, `--cpu=${cpuSeconds}`, '--core=0', '--fsize=0', '--nproc=512'];
  const child = spawn(limiter, [...limits, '--', tshark, ...argumentsFor(of.file)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: of.folder, LC_ALL: 'C', TZ: 'UTC' },
    shell: false,
    cwd: of.folder,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < longestComplaint) complaint += chunk.toString('utf8');
  });
  const closed = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  const kill = () => child.kill('SIGKILL');
  of.signal.addEventListener('abort', kill);
  let bytes = 0;
  let frames = 0;
  let bound = false;
  try {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      const cells = line.split('\t');
      if (cells.length !== fields.length) {
        of.broken();
        continue;
      }
      const frame = Object.fromEntries(fields.map((field, at) => [field, cells[at] ?? ''])) as Frame;
      bytes += Number(frame['frame.cap_len']) || 0;
      if (bytes > of.mostBytes) {
        bound = true;
        break;
      }
      frames++;
      of.frame(frame);
    }
  } finally {
    kill();
    of.signal.removeEventListener('abort', kill);
  }
  const code = await closed;
  of.signal.throwIfAborted();
  if (bound) return { bytes, cut: 'bound' };
  if (code === 0) return { bytes };
  if (frames === 0) throw new Ended('unsupported', `${name}: tshark could not read it (${reasonIn(complaint)})`);
  return { bytes, cut: 'damaged' };
}

/** Passes over what it was not asked for: each frame alone, no streams put together, state dropped now and then. */
function argumentsFor(file: string): string[] {
  return [
    ...['-n', '-Q', '-r', file, '-M', '100000'],
    ...['-o', 'tcp.desegment_tcp_streams:FALSE', '-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE'],
    ...['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=f', '-E', 'quote=n'],
    ...fields.flatMap((field) => ['-e', field]),
  ];
}

const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/bin'];

function program(name: string): string | undefined {
  return folders.map((folder) => `${folder}/${name}`).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The sentence that matters, without the path that it names. */
function reasonIn(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.startsWith('tshark:'));
  const text = (lines[0] ?? complaint.split('\n').at(-2) ?? 'no reason given').replace(/"[^"]*\//g, '"');
  return text.replace(/^tshark: /, '').slice(0, 200);
}
