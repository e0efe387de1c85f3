/** Input that means harm: every kind is refused in bounded time and memory, by file and where it has one by line. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/program.ts';

// A busy machine takes several times what an idle one does; without the bounds most of these never end.
const boundMs = 60_000;
const heapMegabytes = 512;
vi.setConfig({ testTimeout: 2 * boundMs });

const root = new URL('../..', import.meta.url).pathname;
const folder = temporaryFolder('hostile');
afterAll(folder.remove);

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Runs the command line with little memory; resolves with what it printed. */
function run(...args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(
    `${root}node_modules/.bin/node`,
    [`--max-old-space-size=${heapMegabytes}`, `${root}agent/cli.ts`, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: boundMs, killSignal: 'SIGKILL' },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

/** Refused as bad input, said in few words however much there is of it. */
async function refused(expected: string | RegExp, ...args: readonly string[]): Promise<void> {
  const { code, text } = await run(...args);
  expect({ code, start: text.slice(0, 400) }).toEqual({ code: 2, start: expect.stringMatching(expected) });
  expect(text.length).toBeLessThan(1_000_000);
}

function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join('');
}

const sound = `plimsoll: 1
site: {id: north}
systems:
  - id: line-1
    assets:
      - {id: box-1, kind: server}
`;
const bomb = `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`;
const headings = 'asset,fact,value,observedAt\n';

describe('a hostile plant file', () => {
  it.each<[string, RegExp, string]>([
    ['a huge list', /plant\.yaml:1 expected at most 400000 commas and lines/, `a: [${times(1_500_000, () => 'a,')}]`],
    ['a million empty maps', /plant\.yaml:1 expected at most 400000 commas/, `a: [${times(1_300_000, () => '{},')}]`],
    ['very many lines', /plant\.yaml:400001 expected at most/, times(600_000, () => 'a:\n')],
    [
      'a giant string',
      /plant\.yaml:1 plimsoll: expected 1, found "x{50,60}\.\.\."/,
      `plimsoll: ${'x'.repeat(4_000_000)}`,
    ],
    ['a giant file', /plant\.yaml expected at most \d+ bytes/, 'x'.repeat(5_000_000)],
    ['deep nesting', /plant\.yaml:1 .*nested too deeply/, `a: ${'['.repeat(30_000)}`],
    ['a bomb of aliases', /plant\.yaml:2 b\[0\]: expected the value written out, found the alias \*a/, bomb],
    ['a key that pollutes', /plant\.yaml:1 expected another key, found the key "__proto__"/, '__proto__: {a: 1}\n'],
    [
      'one id very often',
      /plant\.yaml:7 .*each asset id once/,
      sound + times(20_000, () => '      - {id: box-1, kind: plc}\n'),
    ],
    [
      'a circle of gateways',
      /plant\.yaml:\d+ .*expected/,
      sound.replace('kind: server}', 'kind: gateway, via: box-1}'),
    ],
  ])('with %s is refused', async (_, expected, text) => {
    await refused(expected, 'plant', 'check', write('plant.yaml', text));
  });

  it('that is a pipe or a device is refused without waiting for it', async () => {
    const pipe = join(folder.path, 'pipe.yaml');
    execFileSync('mkfifo', [pipe]);
    await refused(/pipe\.yaml expected a file/, 'plant', 'check', pipe);
    await refused(/\/dev\/zero expected a file/, 'plant', 'check', '/dev/zero');
  });

  it('that is only very large is told whole', async () => {
    const { code, text } = await run(
      'plant',
      'check',
      write('large.yaml', sound + times(40_000, (index) => `      - {id: a${index}, kind: plc}\n`)),
    );
    expect(code).toBe(0);
    expect(text).toContain('40001 assets');
  });
});

describe('hostile statements', () => {
  it.each<[string, RegExp, string]>([
    [
      'a million statements',
      /s\.yaml:2 expected at most 400000 commas/,
      `plimsoll: 1\nstatements: [${times(1_300_000, () => '{},')}]`,
    ],
    ['a bomb of aliases', /s\.yaml:2 b\[0\]: .*alias/, bomb],
    [
      'keys that pollute',
      /s\.yaml:2 statements\[0\].*"__proto__"/,
      'plimsoll: 1\nstatements: [{id: a, facts: {__proto__: 1}}]\n',
    ],
    [
      'one id very often',
      /s\.yaml:\d+ statements\[\d+\].* expected/,
      `plimsoll: 1\nstatements:\n${times(15_000, () => '  - {id: a, kind: attestation, type: policy, subject: {system: line-1}, facts: {no.such: 1}, by: a, on: 2026-01-01}\n')}`,
    ],
  ])('with %s are refused', async (_, expected, text) => {
    write('statements/s.yaml', text);
    await refused(expected, 'plant', 'check', write('said.yaml', `${sound}statements: [./statements/*.yaml]\n`));
  });

  it('in many large files are refused by the file with which it is too much', async () => {
    for (let index = 0; index < 4; index++)
      write(`many/f${index}.yaml`, `plimsoll: 1\nstatements: []\n# ${'x'.repeat(3_000_000)}\n`);
    const expected = /many\/f2\.yaml expected at most 8388608 bytes of statements in all/;
    await refused(expected, 'plant', 'check', write('many.yaml', `${sound}statements: [./many/*.yaml]\n`));
  });
});

describe('hostile tables and lines', () => {
  const plant = write('sound.yaml', sound);

  it.each<[string, string, RegExp, string]>([
    [
      'very many empty rows',
      'i.csv',
      /i\.csv:\d+ .*at most 200000 rows/,
      `${headings}${times(3_000_000, () => ',\n')}`,
    ],
    [
      'very many headings',
      'i.csv',
      /i\.csv:1 .*at most 500 headings, found 15000/,
      `${times(15_000, (index) => `h${index},`).slice(0, -1)}\n${times(100_000, () => 'x\n')}`,
    ],
    [
      'very many wrong rows',
      'i.csv',
      /i\.csv:2 fact: expected the name of a fact/,
      headings + times(150_000, () => 'box-1,no.such.fact,1,x\n'),
    ],
    [
      'a quote that never ends',
      'i.csv',
      /i\.csv:2 expected comma separated values/,
      `${headings}"${times(3_000_000, () => 'x,')}`,
    ],
    [
      'a fact that pollutes',
      'i.csv',
      /i\.csv:2 fact: .*found "__proto__"/,
      `${headings}box-1,__proto__,1,2026-01-01\n`,
    ],
    [
      'a heading that pollutes',
      'i.csv',
      /i\.csv:1 __proto__: expected one of/,
      `asset,fact,value,observedAt,__proto__\nbox-1,a.b,1,2026-01-01,x\n`,
    ],
    ['very many lines', 'i.jsonl', /i\.jsonl:1 .*expected/, times(5_000_000, () => '{}\n')],
    [
      'very many lines that are no JSON',
      'i.jsonl',
      /i\.jsonl:1 expected one JSON object, found no JSON/,
      times(5_000_000, () => 'x\n'),
    ],
    ['a deep line', 'i.jsonl', /i\.jsonl:1 expected one JSON object/, `${'['.repeat(5_000_000)}\n`],
    [
      'a line that pollutes',
      'i.jsonl',
      /i\.jsonl:1 __proto__: expected another key/,
      '{"asset":"box-1","__proto__":{"a":1}}\n',
    ],
  ])('an import with %s is refused', async (_, name, expected, text) => {
    await refused(expected, 'import', 'facts', write(name, text), '--source', 'siem', '--plant', plant);
  });

  it('observations with facts that pollute, or without end, are refused', async () => {
    const line =
      '{"v":1,"system":"line-1","asset":"box-1","collector":"tls","observedAt":"2026-01-01T00:00:00Z","outcome":"observed","facts":{"\\u005f_proto__":1}}\n';
    await refused(
      /o\.jsonl:1 __proto__: expected another key/,
      'assess',
      plant,
      '--observations',
      write('o.jsonl', line),
    );
    const endless = write(
      'o.jsonl',
      times(5_000_000, () => '{}\n'),
    );
    await refused(/o\.jsonl:1 .*expected/, 'assess', plant, '--observations', endless);
  });
});

describe('a hostile pack or overlay', () => {
  const head = 'id: test\nversion: "1.0.0"\ntitle: Test\n';
  const row = (id: string, more = '') =>
    `id: ${id}\npractice: ACC\nlevel: 1\ncore: true\nmethod: attested\nquestion: Is it?\nmet: program.owner.name != ""\npaths: [statement:appointment, examine]\nminutes: 1\npackets: 0\neffort: S\nwhy: Because.\n${more}`;
  let packs = 0;
  function pack(files: Readonly<Record<string, string>>): string {
    packs += 1;
    for (const [name, text] of Object.entries({ 'pack.yaml': head, ...files })) write(`pack-${packs}/${name}`, text);
    return join(folder.path, `pack-${packs}`);
  }
  const check = (expected: RegExp, path: string) => refused(expected, 'rules', 'check', '--rules', path);

  it('that links out of its folder is refused, by file and by folder', async () => {
    const outside = write('outside/acc.l1.secret.yaml', 'root:x:0:0\n');
    const linked = pack({ 'acc/acc.l1.a.yaml': row('acc.l1.a') });
    symlinkSync(outside, join(linked, 'acc/acc.l1.secret.yaml'));
    await check(
      /pack-\d+\/acc\/acc\.l1\.secret\.yaml:0 expected a file inside the folder, found a link out of it/,
      linked,
    );
    const linkedFolder = pack({ 'acc/acc.l1.a.yaml': row('acc.l1.a') });
    symlinkSync(dirname(outside), join(linkedFolder, 'spm'));
    await check(/pack-\d+\/spm:0 expected a folder, found a link to one/, linkedFolder);
    const { text } = await run('rules', 'check', '--rules', linked);
    expect(text).not.toContain('root:x');
  });

  it('with a pipe for a file is refused without waiting for it', async () => {
    const piped = pack({ 'acc/acc.l1.a.yaml': row('acc.l1.a') });
    execFileSync('mkfifo', [join(piped, 'acc', 'acc.l1.b.yaml')]);
    await check(/acc\.l1\.b\.yaml:0 expected a file, found something else/, piped);
  });

  it('of thousands of files, or of more than a pack may weigh, is refused', async () => {
    const many = pack(
      Object.fromEntries(
        Array.from({ length: 2500 }, (_, index) => [`acc/acc.l1.a${index}.yaml`, row(`acc.l1.a${index}`)]),
      ),
    );
    await check(/expected at most 2000 files, found 2500/, many);
    const ballast = `# ${'x'.repeat(60_000)}\n`;
    const heavy = pack(
      Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [`acc/acc.l1.a${index}.yaml`, ballast + row(`acc.l1.a${index}`)]),
      ),
    );
    await check(/expected at most 4194304 bytes in all files, found more with this one/, heavy);
  });

  it('with a long circle of needs, an id twice, names that pollute or a backtracking expression is refused', async () => {
    const ring = pack(
      Object.fromEntries(
        Array.from({ length: 600 }, (_, index) => [
          `acc/acc.l1.a${index}.yaml`,
          row(`acc.l1.a${index}`, `needs: [acc.l1.a${(index + 1) % 600}]\n`),
        ]),
      ),
    );
    await check(/expected rows that do not rest on themselves/, ring);
    const twice = pack({ 'acc/acc.l1.a.yaml': row('acc.l1.a'), 'spm/acc.l1.a.yaml': row('acc.l1.a') });
    await check(/expected every id once, found acc\.l1\.a, also in/, twice);
    const polluting = { 'acc/acc.l1.a.yaml': row('acc.l1.a', 'parameters: {__proto__: 1}\n') };
    await check(/acc\.l1\.a\.yaml:13 expected another key, found "__proto__"/, pack(polluting));
    const inherited = row('acc.l1.a').replace('met: program.owner.name != ""', 'met: p.constructor > 1');
    await check(
      /acc\.l1\.a\.yaml:\d+ expected every p\.NAME.*no "constructor"/,
      pack({ 'acc/acc.l1.a.yaml': inherited }),
    );
    const slow = row('acc.l1.a').replace('!= ""', `.matches("${'(a+)+'.repeat(40)}$")`);
    await check(/acc\.l1\.a\.yaml:7 expected/, pack({ 'acc/acc.l1.a.yaml': slow }));
  });

  it('is refused as an overlay too, before anything is assessed', async () => {
    const overlay = pack({ 'pack.yaml': `${head}scope: industry\nauthor: Guild\n`, 'acc/acc.l1.a.yaml': bomb });
    const plant = write('sound.yaml', sound);
    const none = write('none.jsonl', '');
    await refused(/acc\.l1\.a\.yaml:\d+ /, 'assess', plant, '--observations', none, '--overlay', overlay);
  });
});
