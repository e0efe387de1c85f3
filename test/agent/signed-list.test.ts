import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { planScan } from '../../agent/plan.ts';
import { collectors } from '../../collectors/registry.ts';
import type { Problem } from '../../server/contract/plant.ts';
import { BadInput } from '../../server/contract/problem.ts';
import { loadPlant, targetManifest } from '../../server/plant/load-plant.ts';
import { plimsoll } from '../product/plimsoll.ts';
import { describeWith, temporaryFolder } from '../support/program.ts';
import { infrastructure, listen, noon } from './bench.ts';

let folder: ReturnType<typeof temporaryFolder>;
const at = (name: string) => join(folder.path, name);
const manifests = collectors.map(({ manifest }) => manifest);

beforeEach(() => {
  folder = temporaryFolder('signed');
  writeFileSync(at('inventory.csv'), 'id,kind,host\nplc-1,plc,10.1.2.3\n');
  write(4433);
  writeFileSync(at('signers'), '# who may say what is contacted\n', { mode: 0o600 });
});
afterEach(() => {
  delete process.env['PLIMSOLL_SIGNERS'];
  folder.remove();
});

function write(port: number, head = 'validUntil: 2027-06-30\n') {
  writeFileSync(
    at('plant.yaml'),
    `plimsoll: 1\n${head}site: {id: north}\nsystems:\n  - id: line\n    assets:\n      - {from: ./inventory.csv}\n` +
      `      - {id: web-1, kind: server, probes: [{collector: tls, url: "tls://127.0.0.1:${port}"}]}\n`,
  );
}

/** A key of a person, named as signer unless told otherwise. */
function key(name: string, options: { type?: string; line?: string | false } = {}): string {
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', name, '-t', options.type ?? 'ed25519', '-f', at(name)]);
  const line = options.line ?? 'namespaces="plimsoll-targets"';
  const [type, blob] = readFileSync(at(`${name}.pub`), 'utf8').split(' ');
  if (line !== false) appendFileSync(at('signers'), `${name}@example.com ${line} ${type} ${blob}\n`);
  return at(name);
}

/** As a person does it: the manifest into `ssh-keygen -Y sign`, its answer beside the plant file. */
function sign(by: string, namespace = 'plimsoll-targets') {
  const manifest = targetManifest(at('plant.yaml'), { now: noon, collectors: manifests });
  const args = ['-q', '-Y', 'sign', '-f', by, '-n', namespace];
  writeFileSync(at('plant.yaml.sig'), execFileSync('ssh-keygen', args, { input: manifest, stdio: 'pipe' }));
}

const load = () => loadPlant(at('plant.yaml'), { now: noon, collectors: manifests, signers: at('signers') });

function refusal(): Problem {
  try {
    load();
  } catch (error) {
    if (error instanceof BadInput && error.problems[0] !== undefined) return error.problems[0];
    throw error;
  }
  throw new Error('the plant was loaded');
}

describeWith(['ssh-keygen'], 'a signed target list', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'SAF-01: a list that ssh-keygen signed with a key of type %s says by whom',
    (type) => {
      sign(key('ada', { type }));
      const { signedBy } = load();
      expect(signedBy?.name).toBe('ada@example.com');
      expect(execFileSync('ssh-keygen', ['-l', '-f', at('ada.pub')], { encoding: 'utf8' })).toContain(signedBy?.key);
      // What OpenSSH itself says of the same files.
      const args = ['-Y', 'verify', '-f', at('signers'), '-I', 'ada@example.com', '-n', 'plimsoll-targets'];
      const input = targetManifest(at('plant.yaml'), { now: noon, collectors: manifests });
      const said = execFileSync('ssh-keygen', [...args, '-s', at('plant.yaml.sig')], { input, encoding: 'utf8' });
      expect(said).toContain('Good "plimsoll-targets" signature');
    },
  );

  it('SAF-01: an unsigned list is refused where signers are named, with the command that signs it', () => {
    key('ada');
    expect(refusal()).toMatchObject({ found: 'none: it is not signed' });
    expect(refusal().hint).toContain('ssh-keygen -Y sign');
  });

  it('SAF-01: a list that was altered after signing is refused, and so is one whose inventory table was', () => {
    sign(key('ada'));
    copyFileSync(at('inventory.csv'), at('inventory.before'));
    appendFileSync(at('inventory.csv'), 'plc-2,plc,10.1.2.4\n');
    expect(refusal().found).toContain('changed after it was signed');
    copyFileSync(at('inventory.before'), at('inventory.csv'));
    expect(load().signedBy).toBeDefined();
    appendFileSync(at('plant.yaml'), '# one byte more\n');
    expect(refusal().found).toContain('changed after it was signed');
  });

  it('SAF-01: a signature by somebody else, for another purpose, cut short, or by a signer whose time is over is none', () => {
    key('ada');
    sign(key('mallory', { line: false }));
    expect(refusal().found).toContain('who is not named there');
    sign(at('ada'), 'git');
    expect(refusal().found).toContain('one for "git"');
    sign(key('old', { line: 'valid-before="20261101"' }));
    expect(refusal().found).toContain('whose time has ended');
    sign(at('ada'));
    const text = readFileSync(at('plant.yaml.sig'), 'utf8').split('\n');
    writeFileSync(at('plant.yaml.sig'), [text[0], text[1], ...text.slice(-2)].join('\n'));
    expect(refusal().found).toMatch(/cut short|no SSH signature/);
    writeFileSync(at('plant.yaml.sig'), 'signed, Ada\n');
    expect(refusal().found).toBe('no SSH signature');
  });

  it('SAF-01: every bit of a signature counts', () => {
    sign(key('ada'));
    const [head, ...lines] = readFileSync(at('plant.yaml.sig'), 'utf8').trim().split('\n');
    const blob = Buffer.from(lines.slice(0, -1).join(''), 'base64');
    for (let byte = 0; byte < blob.length; byte += 1) {
      const other = Buffer.from(blob);
      other[byte] = (other[byte] ?? 0) ^ 0x01;
      writeFileSync(at('plant.yaml.sig'), [head, other.toString('base64'), lines.at(-1), ''].join('\n'));
      expect(() => load(), `byte ${byte}`).toThrow(BadInput);
    }
  });

  it('SAF-01: a signed list has an end, and its signers’ file is not for others to write', () => {
    write(4433, '');
    sign(key('ada'));
    expect(refusal()).toMatchObject({ path: 'validUntil' });
    write(4433);
    sign(at('ada'));
    chmodSync(at('signers'), 0o622);
    expect(refusal().expected).toContain('only its owner may write');
    rmSync(at('signers'));
    expect(refusal().hint).toContain('PLIMSOLL_SIGNERS');
  });

  it('SAF-01: a plant that came without a signature is not planned where one is asked for, whoever loaded it', async () => {
    const plant = loadPlant(at('plant.yaml'), { now: noon, collectors: manifests });
    const base = { now: noon, registry: collectors, memory: volatileMemory(), resolve: async () => ['127.0.0.1'] };
    const [refused] = (await planScan(plant, 'line', { ...base, signed: true })).probes;
    expect(refused).toMatchObject({ allowed: false, rule: 'SAF-01', requests: [] });
    sign(key('ada'));
    const plan = await planScan(load(), 'line', { ...base, signed: true });
    expect(plan.probes[0]).toMatchObject({ allowed: true });
    expect(plan.signedBy?.name).toBe('ada@example.com');
  });

  it('SAF-01: with signers named, a scan of an unsigned list ends with 2 and opens no socket; signed, it runs', async () => {
    const device = await infrastructure(() => listen((socket) => socket.destroy()));
    try {
      write(device.port);
      const ada = key('ada');
      process.env['PLIMSOLL_SIGNERS'] = at('signers');
      const args = ['scan', at('plant.yaml'), '--data', at('data'), '--json'] as const;
      const refused = await plimsoll(...args);
      expect([refused.code, device.reached.length]).toEqual([2, 0]);
      expect(refused.stderr).toContain('not signed');
      sign(ada);
      expect((await plimsoll('plant', 'check', at('plant.yaml'))).stdout).toContain('signed by ada@example.com');
      await plimsoll(...args);
      expect(device.reached.length).toBeGreaterThan(0);
    } finally {
      await device.close();
    }
  });
});
