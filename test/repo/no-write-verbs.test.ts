import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectors } from '../../collectors/registry.ts';
import { repositoryFiles, textOf } from './files.ts';

/**
 * SAF-03 on the code: collectors, and all of ours that they import, name no verb that changes a device, start no
 * process but the one dissector of captures, and write no file but key folders. The verbs' names are those of the libraries in use.
 */
const root = new URL('../..', import.meta.url).pathname;

const verbs: readonly [string, RegExp][] = [
  ['MQTT publish', /\.publish(Async)?\s*\(/],
  ['MQTT will', /\bwill\s*:/],
  ['SNMP set', /\b\w*(session|snmp|agent|client|device|peer|reader)\w*\s*(\?\.|\.)\s*set\s*\(/i],
  ['SNMP set request', /\bSetRequest\b|\binform\s*\(|\btrap\s*\(/],
  ['OPC UA write', /\bwrite(Single|Multi)\w*|\bWrite(Request|Value)\b/],
  ['OPC UA write', /\b\w*(session|client)\w*\s*(\?\.|\.)\s*write\s*\(/i],
  ['OPC UA call', /\b\w*(session|client)\w*\s*(\?\.|\.)\s*call\s*\(|\bcallMethod\b|\bCall(Method)?Request\b/i],
  ['OPC UA address space', /\b(add|delete|register)(Nodes?|References?)\w*\s*\(/i],
  [
    'OPC UA subscription',
    /\bcreateSubscription\w*|\bcreateMonitoredItems?\w*|\bClientSubscription\b|\bClientMonitoredItem\w*/,
  ],
  ['OPC UA history', /\bhistoryUpdate\w*/i],
  [
    'AWS change',
    /\b(Create|Update|Delete|Put|Attach|Detach|Register|Set|Cancel|Start|Stop|Tag|Untag|Replace|Enable|Disable|Associate|Disassociate|Accept|Reject|Transfer|Publish|Invoke|Remove|Add)\w*Command\b/,
  ],
  ['AWS reads that create', /\bDescribeEndpointCommand\b|\bGetRegistrationCodeCommand\b/],
  ['SSH files and shells', /(\?\.|\.)\s*(sftp|shell|subsys|scp)\s*\(/i],
  ['SSH forwarding', /\b(forward(Out|In)|unforwardIn|openssh_\w+|x11)\s*\(/i],
  [
    'Modbus write',
    /\b(write|force|preset|mask)\w*(Coil|Register|File)\w*|\b(write)?FC(5|6|8|15|16|21|22|23|90)\b|\breport(Server|Slave)Id\b/i,
  ],
  [
    'CIP service',
    /\b(set|reset|forward)_?(Attribute|Open|Close)\w*\s*\(|\b(register|send)(Session|RRData|UnitData)\b/i,
  ],
  [
    'BACnet write',
    /\bwriteProperty\w*|\b(create|delete)Object\b|\b(reinitialize|restart)Device\b|\bdeviceCommunicationControl\b|\b(add|remove)ListElement\b|\bsubscribe(Cov|Property)\w*|\btimeSync\w*|\batomicWriteFile\b|\bregisterForeignDevice\b/i,
  ],
  ['HTTP change', /\b(method|verb)\s*:\s*['"`](POST|PUT|PATCH|DELETE)/i],
  ['code from text', /\beval\s*\(|\bnew Function\s*\(|\bprocess\.binding\b/],
];

const modules: readonly [string, RegExp][] = [
  ['processes', /^(node:)?(child_process|worker_threads|cluster|vm|inspector|repl)(\/|$)/],
  ['name resolution', /^(node:)?dns(\/|$)/],
  ['servers of ours', /^(node:)?(http2?|https)$/],
];

/** Functions of node:fs that change something; only a folder of keys or certificates may be made, and removed again. */
const changes =
  /\b(writeFile|appendFile|createWriteStream|rm|rmdir|unlink|rename|copyFile|cp|symlink|link|chmod|chown|truncate|open|mkdir|mkdtemp)(Sync)?\b/;
const keyFolders: Readonly<Record<string, readonly string[]>> = {
  'collectors/opcua/channel.ts': ['mkdir'],
  'collectors/opcua/collect.ts': ['rm'],
};

/** The one file that may start a process: tshark, on a file that is there already. Its form has a test of its own. */
const dissector = 'collectors/passive/dissect.ts';

describe('collectors', () => {
  const files = reachable(sources('collectors'));

  it('are found, each with all that it imports of ours', () => {
    const entries = sources('collectors').filter((path) => path.endsWith('/collect.ts'));
    expect(entries.length).toBeGreaterThan(0);
    expect(files.map((path) => relative(root, path))).toEqual(
      expect.arrayContaining(entries.map((path) => relative(root, path))),
    );
    expect(files.filter((path) => !relative(root, path).startsWith('collectors/'))).toEqual([]);
  });

  it('SAF-03: name no verb that changes a device', () => {
    expect(
      files.flatMap((path) => verbsIn(readFileSync(path, 'utf8')).map((verb) => `${relative(root, path)}: ${verb}`)),
    ).toEqual([]);
  });

  /**
   * Protocols without log-in: each folder's only numbers in hexadecimal, which is how protocol codes are written there.
   * What is not on the list cannot be asked, because only these files make bytes and only `channel/` sends them.
   */
  const codes: Readonly<Record<string, readonly string[]>> = {
    // Who-Is (10 08) and ReadProperty (0c) of properties 79, 46, 2c and 174 of the Device object (08); the rest are frames and tags.
    bacnet: [
      '0x00',
      '0x01',
      '0x04',
      '0x05',
      '0x07',
      '0x08',
      '0x09',
      '0x0a',
      '0x0b',
      '0x0c',
      '0x10',
      '0x174',
      '0x19',
      '0x1a',
      '0x1b',
      '0x20',
      '0x2c',
      '0x30',
      '0x3f',
      '0x400000',
      '0x46',
      '0x50',
      '0x60',
      '0x71',
      '0x79',
      '0x81',
      '0x88',
      '0xfe',
      '0xff',
    ],
    // Command 63 with its answer's item 0c.
    enip: ['0x0c', '0x63'],
    // Function 43 (2b) with type 14 (0e), two categories; the bits for exceptions, conformity and "more follows".
    modbus: ['0x01', '0x02', '0x0e', '0x2b', '0x7f', '0x80', '0xff'],
  };

  it('SAF-03: hold exactly the codes of asking who a device is, where a protocol knows no log-in', async () => {
    const { collectors } = await import('../../collectors/registry.ts');
    const folders = collectors.filter(({ manifest }) => manifest.optIn).map(({ manifest }) => manifest.id);
    expect(Object.keys(codes).sort()).toEqual(folders.sort());
    for (const [folder, allowed] of Object.entries(codes)) {
      const bodies = sources(`collectors/${folder}`).map((path) => withoutComments(readFileSync(path, 'utf8')));
      const found = bodies.flatMap((body) => body.match(/\b0[xob][0-9a-f_]+\b/gi) ?? []);
      expect([...new Set(found)].sort(), folder).toEqual(allowed);
    }
  });

  it('SAF-04: make their bytes themselves and send them through one place, where a protocol knows no log-in', () => {
    for (const folder of Object.keys(codes)) {
      for (const path of sources(`collectors/${folder}`)) {
        const source = readFileSync(path, 'utf8');
        const name = relative(root, path);
        expect(
          importsOf(source).filter((module) => !module.startsWith('.') && module !== 'zod'),
          name,
        ).toEqual([]);
        expect(withoutStrings(withoutComments(source)), name).not.toMatch(
          /(?<!\bpeer)\.\s*(write|send|end|connect)\s*\(|\bfetch\s*\(/,
        );
      }
    }
  });

  it('SAF-34: start no process but the dissector, resolve no name and write no file outside key folders', () => {
    const found = files.flatMap((path) => {
      const name = relative(root, path);
      const source = readFileSync(path, 'utf8');
      const imported = importsOf(source).flatMap((module) =>
        modules
          .filter(([, pattern]) => pattern.test(module))
          .filter(([what]) => !(what === 'processes' && name === dissector))
          .map(([what]) => `${name}: ${what} (${module})`),
      );
      return [...imported, ...fileChangesIn(source, keyFolders[name] ?? []).map((what) => `${name}: ${what}`)];
    });
    expect(found).toEqual([]);
  });

  it.each([
    'await client.publishAsync(topic, payload)',
    'client.publish(topic, payload)',
    'session.set(varbinds, done)',
    'snmpSession?.set(varbinds)',
    'await session.writeSingleNode(id, value)',
    'await session.write(nodes)',
    'await session.call(request)',
    'session.addNodes(request)',
    'await session.createSubscription2({})',
    'new ClientMonitoredItem()',
    'new UpdateThingCommand({})',
    'new DescribeEndpointCommand({})',
    "fetch(url, { method: 'POST' })",
    'new Function(text)',
    'client.sftp((error, sftp) => {})',
    'client.shell(() => {})',
    'client.subsys(name, () => {})',
    "client.forwardOut('127.0.0.1', 0, host, port, () => {})",
    'client?.forwardIn(address, port)',
    'await modbus.writeRegister(4, 1)',
    'await modbus.writeSingleCoil(4, true)',
    'client.writeFC16(1, 4, values)',
    'const reply = await plc.registerSession()',
    'sendRRData(setAttributeSingle(path))',
    'client.writePropertyMultiple(address, values)',
    'bacnet.reinitializeDevice(address)',
    'bacnet.subscribeCov(address)',
  ])('SAF-03: the check itself sees "%s"', (line) => {
    expect(verbsIn(line)).not.toEqual([]);
  });

  it.each([
    'seen.set(name, value)',
    'socket.write(hello)',
    "facts['authorization.publish.scoped'] = false",
    '// never session.call(...)',
    'Object.prototype.toString.call(value)',
    'const { register } = registered',
    'line.socket.write(question.bytes)',
  ])('the check lets "%s" pass', (line) => {
    expect(verbsIn(line)).toEqual([]);
  });

  it('SAF-34: start only tshark, once, with fixed arguments, on a file, without shell, input or names', () => {
    const source = readFileSync(join(root, dissector), 'utf8');
    const code = withoutComments(source);
    expect(code).toMatch(/import \{ spawn \} from 'node:child_process';/);
    expect(code.match(/\bspawn\(/g)).toHaveLength(1);
    expect(code).toContain("spawn(limiter, [...limits, '--', tshark, ...argumentsFor(of.file)], {");
    expect([...code.matchAll(/\bprogram\('([^']+)'\)/g)].map(([, name]) => name)).toEqual(['prlimit', 'tshark']);
    expect(code).toMatch(/stdio: \['ignore', 'pipe', 'pipe'\]/);
    expect(code).toMatch(/shell: false/);
    expect(code).not.toMatch(/process\.env|shell: true/);
    const words = [...(/function argumentsFor[\s\S]*?\n}/.exec(code)?.[0].matchAll(/'([^']*)'/g) ?? [])];
    // Read a file; nothing that listens on an interface, writes, decrypts, resolves names or loads code.
    const options = words.map(([, word = '']) => word).filter((word) => word.startsWith('-'));
    expect([...new Set(options)].sort()).toEqual(['-E', '-M', '-Q', '-T', '-e', '-n', '-o', '-r']);
    // Named by nobody but the collector, which loads it for a capture.
    const users = files.filter((path) =>
      importsOf(readFileSync(path, 'utf8')).some((module) => module.endsWith('/dissect.ts')),
    );
    expect(users.map((path) => relative(root, path))).toEqual(['collectors/passive/collect.ts']);
  });

  it('SAF-34: the check itself sees files being changed', () => {
    expect(fileChangesIn("import { writeFileSync } from 'node:fs';\nwriteFileSync(path, text);", [])).not.toEqual([]);
    expect(fileChangesIn("import { readFile } from 'node:fs/promises';\nawait readFile(path);", [])).toEqual([]);
    expect(fileChangesIn("import { mkdir } from 'node:fs/promises';", ['mkdir'])).toEqual([]);
    expect(fileChangesIn("import * as fs from 'node:fs';", ['mkdir'])).not.toEqual([]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(root, folder, name));
}

/** The files and everything of ours that they import, directly or not. */
function reachable(entries: readonly string[]): string[] {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const ours = importsOf(readFileSync(path, 'utf8')).filter(
      (module) => module.startsWith('.') && module.endsWith('.ts'),
    );
    waiting.push(...ours.map((module) => resolve(dirname(path ?? ''), module)));
  }
  return [...found].sort();
}

function importsOf(source: string): string[] {
  const statements = source.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"]+)['"]/g);
  return [...statements].map(([, module = '']) => module);
}

function verbsIn(source: string): string[] {
  const code = withoutComments(source);
  const bare = withoutStrings(code);
  return verbs.filter(([what, pattern]) => pattern.test(what === 'HTTP change' ? code : bare)).map(([what]) => what);
}

function fileChangesIn(source: string, allowed: readonly string[]): string[] {
  const statements = source.matchAll(/import\s+([^;]*?)\s+from\s+['"](?:node:)?fs(?:\/promises)?['"]/g);
  return [...statements].flatMap(([, names = '']) => {
    if (!names.startsWith('{')) return ['imports the whole of node:fs'];
    return names
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim().split(/\s+as\s+/)[0] ?? '')
      .filter((name) => changes.test(name) && !allowed.includes(name))
      .map((name) => `imports ${name} of node:fs`);
  });
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1');
}

function withoutStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

describe('every release', () => {
  // A handshake carries no verb at all, and recordings are read without a packet.
  const verbless: ReadonlySet<string> = new Set(['tls', 'passive']);
  const connecting = collectors.map(({ manifest }) => manifest).filter(({ id }) => !verbless.has(id));

  it.each(connecting.map(({ id }) => id))('SAF-38: proves %s against servers that count writes', (id) => {
    const tests = repositoryFiles().filter(
      (path) => path.startsWith(`test/collectors/${id}/`) && path.endsWith('.test.ts'),
    );
    const texts = tests.map(textOf);
    expect(texts.some((text) => text.includes('proveCollector(') && /\bwrites\b/.test(text))).toBe(true);
  });
});
