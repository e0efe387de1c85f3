/** Reads what others recorded. Nothing is sent, to anybody. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Collector, Look } from '../contract/collector.ts';
import { codeOf, Ended } from '../contract/collector.ts';
import { captureReader } from './capture.ts';
import { readSight } from './facts.ts';
import { leaseKindOf, leaseReader } from './leases.ts';
import { type Head, headOf, readLines } from './lines.ts';
import { type PassiveOptions, passiveManifest } from './manifest.ts';
import { readRuleset } from './rules.ts';
import { type Format, noSight, type Sight } from './sight.ts';
import { firewallReader, missingHeadings, neighbourKindOf, neighbourReader } from './tables.ts';
import { takeEntry, zeekReader } from './zeek.ts';

export const passiveCollector: Collector<PassiveOptions, Sight> = {
  manifest: passiveManifest,
  begin: noSight,
  collect: readRecords,
  read: readSight,
};

type PassiveLook = Look<PassiveOptions>;

const mostFiles = 500;
const mostFaults = 20;

async function readRecords(look: PassiveLook, raw: Sight): Promise<void> {
  const { path } = look.target;
  if (look.options.format === 'rules') return readRuleset(look, raw);
  let left = look.options.mostBytes;
  for (const file of await filesOf(look, path)) {
    look.signal.throwIfAborted();
    if (left <= 0) {
      raw.whole = false;
      look.note(`${basename(file)}: not read, ${look.options.mostBytes} bytes were read before it`);
      continue;
    }
    left -= await readFile(look, raw, { file, mostBytes: left });
  }
  if (raw.format === undefined)
    throw new Ended(
      'unsupported',
      `${basename(path)} holds no records that are known here; a rule set is read with format: rules`,
    );
  raw.opened = true;
  const { hosts, flows, records, malformed } = raw;
  look.note(`${records} lines, ${malformed} of them not readable; ${hosts.size} stations, ${flows.size} flows`);
  if (raw.dropped > 0) look.note(`${raw.dropped} times a station was left out: more than one run keeps`);
  if (raw.droppedFlows > 0) look.note(`${raw.droppedFlows} times a flow was left out: more than one run keeps`);
}

/** The file, or the logs of a folder in the order of their names. */
async function filesOf(look: PassiveLook, path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path))
      .filter((name) => /\.(log|json|jsonl|csv|leases|pcap|pcapng|cap)(\.gz)?$/.test(name))
      .sort();
    const files: string[] = [];
    for (const name of names) {
      // What a link in the folder points to was named by whoever may write there, not by the plant file.
      if ((await lstat(join(path, name))).isFile()) files.push(join(path, name));
      else look.note(`${name}: not read, it is no regular file`);
    }
    if (files.length > mostFiles)
      throw new Ended('unsupported', `${basename(path)} holds ${files.length} logs; ${mostFiles} are read at most`);
    return files;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw new Ended('unreachable', `${basename(path)} is not there`, { cause: error });
    if (code === 'EACCES') throw new Ended('denied', `${basename(path)} may not be read`, { cause: error });
    throw error;
  }
}

/** @returns the bytes that were read. */
async function readFile(look: PassiveLook, raw: Sight, of: { file: string; mostBytes: number }): Promise<number> {
  const { file, mostBytes } = of;
  const name = basename(file);
  const head = await headOf(file);
  if (isCapture(head)) return readCapture(look, raw, of);
  const reader = readerFor(look, raw, { name, head });
  if (reader === undefined) {
    look.note(`${name}: not read, its content is not known here`);
    return 0;
  }
  let faults = 0;
  const fault = (number: number, what: string) => {
    raw.malformed++;
    faults++;
    if (faults <= mostFaults) look.note(`${name}:${number}: ${what}`);
    else if (faults === mostFaults + 1) look.note(`${name}: further faults are counted, not listed`);
  };
  const before = raw.records;
  const { signal } = look;
  const extent = await readLines(file, head, {
    mostBytes,
    signal,
    line(text, number) {
      if (text !== '' && !text.startsWith('#')) raw.records++;
      const wrong = text.includes('\0') ? 'bytes that are no text' : reader.line(text);
      if (wrong !== undefined) fault(number, wrong);
    },
    tooLong: (number) => fault(number, 'a line longer than any record'),
  });
  look.note(`${name}: ${extent.bytes} bytes${extent.packed ? ' unpacked' : ''}, ${raw.records - before} lines`);
  if (extent.cut !== undefined) {
    raw.whole = false;
    look.note(`${name}: ${cutSentence[extent.cut]}`);
  }
  if (reader.closed?.() === false) look.note(`${name}: still being written, or cut off: it has no #close line`);
  return extent.bytes;
}

/** Magic numbers of pcap (both byte orders, micro and nanoseconds) and pcapng. */
const captures = ['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', '0a0d0d0a'];

function isCapture({ bytes }: Head): boolean {
  return captures.includes(bytes.subarray(0, 4).toString('hex'));
}

async function readCapture(look: PassiveLook, raw: Sight, of: { file: string; mostBytes: number }): Promise<number> {
  const name = basename(of.file);
  const { format } = look.options;
  if ((format !== 'auto' && format !== 'capture') || (raw.format !== undefined && raw.format !== 'capture')) {
    look.note(`${name}: not read, it is a capture`);
    return 0;
  }
  raw.format = 'capture';
  // What starts a process is loaded for captures only.
  const { dissect } = await import('./dissect.ts');
  const take = captureReader(raw, look.now().getTime());
  const before = raw.records;
  const { bytes, cut } = await dissect({
    ...of,
    folder: look.folder,
    signal: look.signal,
    frame(frame) {
      raw.records++;
      if (take(frame) !== undefined) raw.malformed++;
    },
    broken() {
      raw.records++;
      raw.malformed++;
    },
  });
  look.note(`${name}: ${bytes} bytes, ${raw.records - before} frames, by tshark`);
  if (cut !== undefined) {
    raw.whole = false;
    look.note(`${name}: ${cutSentence[cut === 'bound' ? 'end' : 'short']}`);
  }
  return bytes;
}

const cutSentence = {
  start: 'larger than the bound: its newest part was read, what came before was not',
  end: 'larger than the bound: only its beginning was read',
  short: 'damaged or cut short: read up to there',
  damaged: 'the packed file is damaged or ends early: read up to there',
} as const;

interface RecordReader {
  line(text: string): string | undefined;
  closed?(): boolean | undefined;
}

/** Told from the content; undefined when it is nothing that we know. One folder holds one kind of record. */
function readerFor(look: PassiveLook, raw: Sight, of: { name: string; head: Head }): RecordReader | undefined {
  const { name, head } = of;
  const { options } = look;
  const text = head.bytes.toString('utf8').replace(/^\ufeff/, '');
  if (/^(\ufffe|\0.\0.|.\0.\0)/s.test(head.bytes.toString('latin1')) || head.bytes.subarray(0, 2).equals(utf16))
    throw new Ended('unsupported', `${name} is written in UTF-16: expected UTF-8`);
  const asOf = options.asOf === undefined ? head.changed.getTime() : Date.parse(options.asOf);
  const now = look.now().getTime();
  const is = (format: Format) => {
    if (options.format !== 'auto' && options.format !== format) return false;
    if (raw.format !== undefined && raw.format !== format) return false;
    return true;
  };
  const chosen = (format: Format) => {
    raw.format = format;
    if ((format === 'leases' || format === 'neighbours') && options.asOf === undefined)
      look.note(`${name}: taken at ${new Date(asOf).toISOString()}, when the file was last changed`);
  };
  if (asOf > now + 300_000) throw new Ended('unsupported', `${name} was taken in the future: set asOf`);

  const isZeek = /^#separator |^#fields\t/m.test(text) || /^\s*\{.*"(ts|_path|id\.orig_h)":/.test(text);
  if (is('zeek') && isZeek) {
    chosen('zeek');
    const reader = zeekReader(name, (path, entry) => takeEntry(raw, now, path, entry));
    return { line: reader.line, closed: () => (/^#/.test(text) ? reader.closed() : undefined) };
  }
  if (options.format === 'firewall') {
    const missing = missingHeadings(text.split(/\r?\n/)[0] ?? '', options);
    if (missing.length > 0)
      throw new Ended('unsupported', `${name}:1: expected the headings ${missing.join(', ')}; set columns`);
    chosen('firewall');
    return { line: firewallReader(raw, options, now) };
  }
  const leases = is('leases') ? leaseKindOf(text) : undefined;
  if (leases !== undefined) {
    chosen('leases');
    return { line: leaseReader(leases, raw, asOf) };
  }
  const neighbours = is('neighbours') ? neighbourKindOf(text) : undefined;
  if (neighbours !== undefined) {
    chosen('neighbours');
    return { line: neighbourReader(neighbours, raw, asOf) };
  }
  return undefined;
}

const utf16 = Buffer.from([0xff, 0xfe]);
