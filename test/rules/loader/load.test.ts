import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPack, explainRow, runCases } from '../../../rules/loader/check.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { BadPack } from '../../../rules/loader/problem.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const head = 'id: test\nversion: "1.0.0"\ntitle: Test\nlists:\n  words: [a]\n';

/** A pack of these files; a row's text is completed with what a case is not about. */
function packFolder(files: Record<string, string>, packFile = head): string {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  folders.push(folder);
  for (const [name, text] of Object.entries({ 'pack.yaml': packFile, ...files })) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

function row(id: string, body: string): Record<string, string> {
  const [practice = '', level = ''] = id.split('.');
  const text = [
    `id: ${id}`,
    `practice: ${practice.toUpperCase()}`,
    `level: ${level.slice(1)}`,
    'core: true',
    'method: automated',
    'question: Is it so?',
    'paths: [examine, import:siem]',
    'minutes: 1',
    'packets: 0',
    'effort: S',
    'why: For the test.',
    body,
    '',
  ].join('\n');
  return { [`${practice}/${id}.yaml`]: text };
}

const met = 'met: roster.deputy.named == true';

function errorsOf(files: Record<string, string>, packFile?: string) {
  return checkPack(packFolder(files, packFile)).errors;
}

describe('a pack', () => {
  it('loads, in the order in which its rows rest on each other', () => {
    const { pack } = loadPack({
      folder: packFolder({ ...row('acc.l1.a', `${met}\nneeds: [acc.l2.z]`), ...row('acc.l2.z', met) }),
    });
    expect(pack.rows.map(({ id }) => id)).toEqual(['acc.l2.z', 'acc.l1.a']);
    expect(pack).toMatchObject({ id: 'test', version: '1.0.0' });
  });

  it('has a hash of its content, not of its spelling', () => {
    const hash = (body: string) => checkPack(packFolder(row('acc.l1.a', body))).hash;
    const plain = hash(`${met}\nparameters: {}`);
    expect(plain).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(hash(`# a comment\nparameters: {}\nmet: "roster.deputy.named == true"`)).toBe(plain);
    expect(hash('met: roster.deputy.named == false')).not.toBe(plain);
  });

  it('lists a row that nothing can answer, with its text', () => {
    const folder = packFolder(row('acc.l1.a', ''));
    const loaded = loadPack({ folder });
    expect(explainRow(loaded, 'acc.l1.a')).toMatchObject({ covered: false, question: 'Is it so?' });
    expect(explainRow(loaded, 'acc.l1.b')).toBeUndefined();
  });

  it('says of a row what it reads and where its evidence comes from', () => {
    const folder = packFolder(
      row(
        'acc.l1.a',
        'population: CRIT where patch.applicable = false\nmin: 0.5\ngood: age(firmware.buildDate) <= days(p.n)\nparameters: {n: 9}',
      ),
    );
    expect(explainRow(loadPack({ folder }), 'acc.l1.a')).toMatchObject({
      population: 'CRIT where patch.applicable = false',
      parameters: { n: 9 },
      facts: ['firmware.buildDate', 'patch.applicable'],
      paths: ['examine', 'import:siem'],
    });
  });
});

describe('what is wrong with a pack', () => {
  it('is told all at once, with file, line, what was expected and what was found', () => {
    const files = {
      ...row('acc.l1.a', 'met: roster.deputy.namd == true'),
      ...row('acc.l1.b', 'populaton: CRIT\nmet: >-\n  roster.deputy.named == true\n  && roster.operationsCoverd'),
      ...row('acc.l1.c', 'population: CRITT\nmin: 1\ngood: "true"'),
      ...row('acc.l1.d', `${met}\nneeds: [acc.l1.aa]`),
    };
    const errors = errorsOf(files);
    expect(errors.map(({ file, line }) => `${file.split('/').slice(1).join('/')}:${line}`)).toEqual([
      'acc/acc.l1.a.yaml:12',
      'acc/acc.l1.b.yaml:12',
      'acc/acc.l1.c.yaml:12',
      'acc/acc.l1.d.yaml:13',
    ]);
    expect(errors[0]).toMatchObject({
      path: 'met',
      found: '"roster.deputy.namd"',
      hint: 'did you mean "roster.deputy.named"?',
    });
    expect(errors[1]).toMatchObject({ found: '"populaton"', hint: 'did you mean "population"?' });
    expect(errors[3]).toMatchObject({ found: '"acc.l1.aa"', hint: 'did you mean "acc.l1.a"?' });
    expect(() => loadPack({ folder: packFolder(files) })).toThrow(BadPack);
  });

  it('stands on its own line of a condition over several', () => {
    const [error] = errorsOf(row('acc.l1.a', 'met: |-\n  roster.deputy.named == true\n  && roster.operationsCoverd'));
    expect(error).toMatchObject({ line: 14, found: '"roster.operationsCoverd"' });
  });

  it.each<[string, string, string]>([
    ['a condition without a population', 'good: "true"', 'a population beside it'],
    ['met beside a population', 'population: CRIT\nmin: 1\nmet: "true"', 'good and bad'],
    ['a population without min', 'population: CRIT\ngood: firmware.supported', 'min'],
    ['a fact of assets in a question to the system', 'met: firmware.supported', 'facts of the system'],
    [
      'a fact of assets on an element',
      'population: each risk.register\nmin: 1\ngood: firmware.supported',
      'facts of the system',
    ],
    [
      'an element’s key that is none',
      'population: each risk.register where tap\nmin: 1\ngood: filled(it.owner)',
      'a key of risk.register',
    ],
    ['a list that is no register', 'population: each alert.rules.enabled\nmin: 1\ngood: "true"', 'a list of records'],
    ['sets over all members inside a member', 'population: CRIT\nmin: 1\ngood: count("CRIT") > 0', 'in also, met'],
    ['a parameter that is not declared', 'met: silence.latencyP95 <= p.max', 'every p.NAME'],
    ['a parameter that nothing reads', `${met}\nparameters: {max: 3}`, 'only parameters'],
    ['a number without a name', 'met: silence.latencyP95 <= 900', 'named under parameters'],
    ['a list that the pack does not have', 'met: alert.recipient in lists.wrds', 'a list of pack.yaml'],
    ['a path that nobody can go', `${met}\nreferences: []\nfix: x\nsharedWith: [acc.l1.none]`, 'a row of the pack'],
    ['a row that names itself', `${met}\nneeds: [acc.l1.a]`, 'other rows'],
    ['a share above 1', 'population: CRIT\nmin: 2\ngood: "true"', 'a share up to 1'],
    ['a text that is no condition', 'met: alert.recipient', 'true or false'],
    ['an unknown row in isMet', 'met: isMet("acc.l9.z")', 'a row of the pack'],
  ])('can be %s', (_, body, expected) => {
    expect(
      errorsOf(row('acc.l1.a', body))
        .map((error) => error.expected)
        .join('; '),
    ).toContain(expected);
  });

  it('can be a circle', () => {
    const errors = errorsOf({
      ...row('acc.l1.a', `${met}\nneeds: [acc.l1.b]`),
      ...row('acc.l1.b', 'met: isMet("acc.l1.a")'),
    });
    expect(errors.map(({ found }) => found).join()).toContain('acc.l1.a -> acc.l1.b -> acc.l1.a');
  });

  it('can be an id twice, a name that does not fit, an unknown practice', () => {
    const twice = Object.values(row('acc.l1.a', met)).join('');
    const expected = errorsOf({
      ...row('acc.l1.a', met),
      'acc/acc.l1.b.yaml': twice,
      'acc/acc.l2.c.yaml': twice.replace('acc.l1.a', 'acc.l2.c'),
      'x/xyz.l1.a.yaml': twice.replaceAll('acc', 'xyz').replace('ACC', 'XYZ'),
    }).map((error) => error.expected);
    expect(expected.join('; ')).toContain('every id once');
    expect(expected.join('; ')).toContain('an id that begins with acc.l1.');
    expect(expected.join('; ')).toContain('one of SPM, CPM');
  });

  it('can be its only path, when the safety rules may forbid it', () => {
    const text = Object.values(row('acc.l1.a', met)).join('').replace('[examine, import:siem]', '[mqtt]');
    expect(errorsOf({ 'acc/acc.l1.a.yaml': text })[0]?.expected).toContain('safety rules always allow');
    const unknown = Object.values(row('acc.l1.a', met)).join('').replace('import:siem', 'import:seim');
    expect(errorsOf({ 'acc/acc.l1.a.yaml': unknown })[0]).toMatchObject({
      path: 'paths.1',
      hint: 'did you mean "import:siem"?',
    });
  });

  it('can be its head, or that it is no folder', () => {
    expect(
      errorsOf({}, 'id: Test\nversion: 1.0\ntitel: x\n')
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['id', 'titel', 'title', 'version']);
    expect(checkPack('/nowhere/at/all')).toMatchObject({ ok: false, hash: '', indicators: [] });
  });
});

describe('a hostile pack', () => {
  const bomb =
    'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n';
  it.each<[string, string]>([
    ['an alias bomb', bomb],
    ['deep brackets', `a: ${'['.repeat(30_000)}`],
    ['deep maps', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(Math.min(depth, 25))}a:`).join('\n')],
    ['a huge file', `a: ${'x'.repeat(200_000)}`],
    ['duplicate keys', 'id: a\nid: b\n'],
    ['a huge list', `paths: [${Array.from({ length: 9000 }, () => 'a').join(',')}]`],
    ['a prototype', '__proto__: {a: 1}\nid: acc.l1.a\n'],
    ['a binary file', '\u0000\u0001\u0002'],
  ])('%s is refused in bounded time', (_, text) => {
    const folder = packFolder({ 'acc/acc.l1.a.yaml': text });
    const started = performance.now();
    expect(checkPack(folder)).toMatchObject({ ok: false, hash: '' });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('of catastrophic expressions is refused in bounded time', () => {
    const texts = [
      `${'('.repeat(1900)}true${')'.repeat(1900)}`,
      '!'.repeat(3900),
      `alert.recipient.matches("${'(a+)+'.repeat(50)}$")`,
      `[${'[1],'.repeat(900)}[1]] == []`,
    ];
    const started = performance.now();
    for (const text of texts) expect(errorsOf(row('acc.l1.a', `met: '${text}'`)).length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('an overlay', () => {
  const base = () =>
    packFolder({
      ...row('acc.l1.a', 'population: CRIT\nmin: 0.8\nmaxBad: 1\nfreshnessDays: 90\ngood: firmware.supported'),
      ...row('acc.l1.b', met.replace('core: true', '')),
    });
  const industry = 'id: food\nversion: "1.0.0"\ntitle: Food\nscope: industry\nauthor: Food Guild\n';
  const over = (files: Record<string, string>, packFile = industry) =>
    checkPack({ folder: base(), overlays: [packFolder(files, packFile)] });

  it('adds rows of its scope and makes rows stricter', () => {
    const overlay = packFolder(
      {
        ...row('acc.l1.own', met),
        'strict.yaml': 'tighten: acc.l1.a\nmin: 0.9\nmaxBad: 0\nfreshnessDays: 30\nwhy: Food is eaten.\n',
      },
      industry,
    );
    const { pack } = loadPack({ folder: base(), overlays: [overlay] });
    expect(pack.byId.get('acc.l1.a')).toMatchObject({
      min: 0.9,
      maxBad: 0,
      freshnessDays: 30,
      scope: 'general',
      author: 'Food Guild',
    });
    expect(pack.byId.get('acc.l1.own')).toMatchObject({ scope: 'industry', author: 'Food Guild' });
    expect(pack.hash).not.toBe(checkPack(base()).hash);
  });

  it('loosens nothing', () => {
    const { ok, errors } = over({
      'loose.yaml': 'tighten: acc.l1.a\nmin: 0.5\nmaxBad: 2\nfreshnessDays: 100\nwhy: Cheaper.\n',
    });
    expect(ok).toBe(false);
    expect(errors.map(({ path, expected }) => [path, expected])).toEqual([
      ['min', 'at least 0.8'],
      ['maxBad', 'at most 1'],
      ['freshnessDays', 'at most 90'],
    ]);
    expect(over({ 'x.yaml': 'tighten: acc.l1.a\ncore: false\nwhy: x\n' }).ok).toBe(false);
  });

  it('says for whom it is and who answers for it, and touches only rows that are there', () => {
    expect(over({}, 'id: food\nversion: "1.0.0"\ntitle: Food\n').errors[0]?.expected).toContain('scope and author');
    expect(over({ 'x.yaml': 'tighten: acc.l1.zz\nmin: 1\nwhy: x\n' }).errors[0]).toMatchObject({
      found: '"acc.l1.zz"',
    });
    expect(over(row('acc.l1.a', met)).errors[0]?.expected).toBe('every id once');
    expect(over({ 'x.yaml': 'tighten: acc.l1.b\nmin: 1\nwhy: x\n' }).errors[0]?.expected).toContain('has a population');
  });
});

describe('cases', () => {
  const population =
    'population: CRIT & SVC\nmin: 0.5\nmaxBad: 0\ngood: auth.anonymous.accepted == false\nbad: auth.anonymous.accepted == true\ncases:\n';

  it('run, and those that fail say what was expected and what was found', () => {
    const body = `${population}  - name: passes when all are closed\n    members: [{times: 3, facts: {auth.anonymous.accepted: false}}]\n    expect: {status: met, good: 3, of: 3}\n  - name: is written wrongly on purpose\n    members: [{facts: {auth.anonymous.accepted: true}}]\n    expect: {status: met}\n`;
    expect(runCases(loadPack({ folder: packFolder(row('acc.l1.a', body)) }))).toEqual({
      ok: false,
      cases: 2,
      failed: [
        {
          indicator: 'acc.l1.a',
          case: 'is written wrongly on purpose',
          expected: 'status "met"',
          found: 'status "notMet"',
        },
      ],
    });
  });

  it('with facts that do not exist or do not fit fail as such', () => {
    const body = `${population}  - name: names an unknown fact\n    members: [{facts: {auth.anonymous.acepted: false}}]\n    expect: {status: met}\n  - name: gives a fact a wrong value\n    members: [{facts: {auth.anonymous.accepted: 1}}]\n    expect: {status: met}\n`;
    const { failed } = runCases(loadPack({ folder: packFolder(row('acc.l1.a', body)) }));
    expect(failed.map(({ found }) => found)).toEqual([
      'no fact auth.anonymous.acepted',
      'auth.anonymous.accepted: expected true or false, found 1',
    ]);
  });

  it('are checked strictly when the pack loads', () => {
    const [error] = errorsOf(
      row('acc.l1.a', `${population}  - name: has an unknown key\n    membrs: []\n    expect: {status: met}\n`),
    );
    expect(error).toMatchObject({ path: 'cases.0.membrs', line: 19, hint: 'did you mean "members"?' });
  });

  it('of a whole system say what a practice comes to', () => {
    const file =
      'name: one closed broker makes level one\nassets: [{id: b, kind: broker, criticality: critical, facts: {auth.anonymous.accepted: false}}]\nexpect: {practices: {ACC: {level: 1, blockers: []}}, indicators: {acc.l1.a: {status: met, evidence: measured}}}\n';
    const rows = row('acc.l1.a', population.replace('cases:\n', ''));
    const run = (text: string) => runCases(loadPack({ folder: packFolder({ ...rows, 'cases/one.yaml': text }) }));
    expect(run(file)).toEqual({ ok: true, cases: 1, failed: [] });
    expect(run(file.replace('level: 1', 'level: 2')).failed).toEqual([
      { indicator: 'cases', case: 'one closed broker makes level one', expected: 'ACC level 2', found: 'level 1' },
    ]);
  });
});
