import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { passedSchema } from '../../../server/contract/interview/passed.ts';
import { loadPlant } from '../../../server/plant/load-plant.ts';
import { loadStatements } from '../../../server/plant/load-statements.ts';
import { budgetMinutes, recordedInterview, wantedPractices } from '../../bench/interview.ts';
import { writeInterviewPlant } from '../../bench/interview-plant.ts';
import { temporaryFolder } from '../../support/program.ts';

// Each test starts the command several times.
vi.setConfig({ testTimeout: 120_000 });

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function plantHere(): { plant: string; out: string } {
  const { path, remove } = temporaryFolder('interview');
  removals.push(remove);
  return { plant: writeInterviewPlant(path).plant, out: join(path, 'said.yaml') };
}

/** Types lines into the command as people start it. */
function typed(
  plant: string,
  out: string,
  lines: readonly string[],
  more: readonly string[] = [],
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['agent/cli.ts', 'interview', plant, '--out', out, ...more]);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
    child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  });
}

/** Questions that were put, as their heading reads. */
function headingsIn(text: string): string[] {
  return [...text.matchAll(/^[A-Z]{3} {2}.*$/gm)].map(([line]) => line);
}

function statementsIn(plant: string, out: string) {
  const loaded = loadPlant(plant, { now: new Date(), collectors: [] });
  return loadStatements({ ...loaded, statements: [out] });
}

describe('the guided interview', () => {
  it('establishes or refutes at least twelve practices in 90 minutes, from an inventory and no packet', async () => {
    const last = (await recordedInterview()).at(-1);
    expect(last?.minutes).toBeLessThanOrEqual(budgetMinutes);
    expect(last?.established).toBeGreaterThanOrEqual(wantedPractices);
  });

  it('says what is wrong with an answer, asks again, and keeps what fits as a statement that loads', async () => {
    const { plant, out } = plantHere();
    const answers = ['maybe', 'yes', '2999-01-01', '-30d', '', 'ada@example.com', '/no/such/file', 'told', 'q'];
    const { code, text } = await typed(plant, out, answers);
    expect(code).toBe(0);
    expect(text).toContain('expected yes or no, found "maybe"');
    expect(text).toContain('expected a day that has been');
    expect(text).toContain('expected a name');
    expect(text).toContain('found no file "/no/such/file"');
    expect(text).toContain('PSC: not established, could be 1 -> 1 Minimum');
    expect(statementsIn(plant, out)).toMatchObject([
      { kind: 'attestation', type: 'interview', by: 'ada@example.com', facts: { 'purchase.clause.inForce': true } },
    ]);
  });

  it('goes on where it was left, and asks nothing that was answered', async () => {
    const { plant, out } = plantHere();
    await typed(plant, out, ['yes', '-30d', 'ada', '']);
    const { text } = await typed(plant, out, ['Max', '-10d', 'max', '', 'q']);
    expect(text).not.toContain('purchase terms carry');
    expect(statementsIn(plant, out).map(({ by }) => by)).toEqual(['ada', 'max']);
  });

  it('files nothing of what nobody knows, nor of a question that was left half way', async () => {
    const { plant, out } = plantHere();
    const { text } = await typed(plant, out, ['?', '?', '', 'Max']);
    expect(text).toContain(`No statement was written; 1 passed over, noted in ${out}.passed.jsonl.`);
    expect(existsSync(out)).toBe(false);
  });

  it('asks nobody again first what was passed over, says what and by whom, and asks it with --again', async () => {
    const { plant, out } = plantHere();
    const first = await typed(plant, out, ['?', '?', 'max@example.com', 's', 'q']);
    const [unknown, skipped] = headingsIn(first.text);
    const later = await typed(plant, out, ['q']);
    expect(later.text).toContain('2 questions were passed over before; --again asks them too:');
    expect(later.text).toContain(`${unknown} (not known, max@example.com, `);
    expect(later.text).toContain(`${skipped} (skipped, max@example.com, `);
    const [asked] = headingsIn(later.text);
    expect([unknown, skipped]).not.toContain(asked);
    const again = await typed(plant, out, ['q'], ['--again']);
    expect(headingsIn(again.text)[0]).toBe(unknown);
    expect(again.text).not.toContain('passed over before');
  });

  it('asks no second time in a sitting what was half known, and notes the half that was not', async () => {
    const { plant, out } = plantHere();
    const first = await typed(plant, out, ['yes', '?', 'ada', '', 'q']);
    expect(first.text.match(/purchase terms carry/g)).toHaveLength(1);
    expect(statementsIn(plant, out)).toMatchObject([{ facts: { 'purchase.clause.inForce': true } }]);
    const lines = readFileSync(`${out}.passed.jsonl`, 'utf8').trim().split('\n');
    expect(lines.map((line) => passedSchema.parse(JSON.parse(line)))).toMatchObject([
      { why: 'unknown', by: 'ada', lacks: [{ fact: 'purchase.clause.approvedAt' }] },
    ]);
  });

  it('refuses a list of passed questions that is none, by its line', async () => {
    const { plant, out } = plantHere();
    writeFileSync(`${out}.passed.jsonl`, '{"v":1}\nnonsense\n');
    const { code, text } = await typed(plant, out, ['yes']);
    expect(code).toBe(2);
    expect(text).toContain('passed.jsonl:1');
    expect(text).toContain('passed.jsonl:2');
  });

  it('keeps what others wrote, and a copy of the file as it was', async () => {
    const { plant, out } = plantHere();
    const before = `# ours\nplimsoll: 1\nstatements:\n  - id: owner\n    kind: attestation\n    type: interview\n    subject: {system: line-3}\n    facts: {program.owner.name: Ada}\n    by: ada\n    on: 2026-01-02\n`;
    writeFileSync(out, before);
    await typed(plant, out, ['yes', '-30d', 'max', '', 'q']);
    expect(readFileSync(`${out}.before-interview`, 'utf8')).toBe(before);
    expect(readFileSync(out, 'utf8')).toContain('# ours');
    expect(statementsIn(plant, out).map(({ id }) => id)).toEqual(['owner', 'asked-psc-l1-purchase-clause']);
  });

  it('files a question that does not apply as a decision with reason and approver', async () => {
    const { plant, out } = plantHere();
    await typed(plant, out, ['na', 'we buy nothing', 'max', 'ada', 'q']);
    expect(statementsIn(plant, out)).toMatchObject([
      {
        kind: 'notApplicable',
        indicator: 'psc.l1.purchase-clause',
        reason: 'we buy nothing',
        approver: 'max',
        by: 'ada',
      },
    ]);
  });

  it('refuses a file that holds something else, before the first question', async () => {
    const { plant, out } = plantHere();
    writeFileSync(out, 'name: not statements\n');
    const { code } = await typed(plant, out, ['yes']);
    expect(code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('name: not statements\n');
  });
});
