import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newPrivateKey, signerOf } from '../../../collectors/evidence/keys.ts';
import { notePlantAssets } from '../../../server/store/assets.ts';
import { appendAudit } from '../../../server/store/audit.ts';
import { chainOf } from '../../../server/store/chain.ts';
import { recordDecision } from '../../../server/store/decisions.ts';
import { recordInput } from '../../../server/store/inputs.ts';
import { rotateKey } from '../../../server/store/keyring.ts';
import { recordObservation } from '../../../server/store/observations.ts';
import type { Store, StoreOptions } from '../../../server/store/open.ts';
import { writePackage } from '../../../server/store/package.ts';
import { beginScan } from '../../../server/store/scans.ts';
import { appendOnlyTables } from '../../../server/store/tables.ts';
import { verifyFolder, verifyPackage, verifyPath } from '../../../server/store/verify.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { assessmentAt, observationOf, planOf, scanWith } from './evidence.ts';
import { nudged, tamperWith } from './tamper.ts';

/** Two scans, two assessments, a decision, an audit entry, inputs with and without text, and every table filled. */
async function fill(store: Store): Promise<{ digests: string[] }> {
  const { db, keyring } = store;
  await notePlantAssets(db, keyring, {
    system: 'line-3',
    assets: new Map([['broker-1', { kind: 'broker' }]]),
    at: '2026-11-01T09:00:00.000Z',
  });
  const bytes = new Uint8Array([0, 255, 1]);
  const effectiveAt = '2026-11-01T09:00:00.000Z';
  await recordInput(db, keyring, { kind: 'imports', name: 'siem', body: bytes, effectiveAt, recordedAt: effectiveAt });
  const first = await scanWith(store, '2026-11-01T10:00:00.000Z', [{}, { asset: 'plc-1', facts: {} }]);
  await assessmentAt(store, '2026-11-01T10:01:00.000Z');
  const second = await scanWith(store, '2026-11-02T10:00:00.000Z', [
    { outcome: 'timedOut', facts: {}, detail: 'slow' },
  ]);
  const made = await assessmentAt(store, '2026-11-02T10:01:00.000Z', 2);
  await recordDecision(db, keyring, {
    system: 'line-3',
    decision: { practice: 'ACC', kind: 'confirm', level: 2, assessment: made.id, by: 'ada@example.com' },
    at: '2026-11-02T11:00:00.000Z',
  });
  await appendAudit(db, keyring, {
    at: '2026-11-02T11:00:00.000Z',
    actor: 'ada@example.com',
    action: 'decision.confirm',
  });
  return { digests: [...first.digests, ...second.digests] };
}

describeOnDatabases('verify', (databases) => {
  async function filled(): Promise<{ store: Store; options: StoreOptions; digests: string[] }> {
    const options = await databases.options();
    const store = await databases.openWith(options);
    return { store, options, ...(await fill(store)) };
  }

  it('counts what it checked and names the signers', async () => {
    const { store } = await filled();
    const report = await verifyFolder(store);
    expect(report).toMatchObject({ ok: true, pinned: false, firstBroken: null });
    expect(report.signers).toHaveLength(2);
    expect(report.checked).toMatchObject({
      ...{ documents: 2, transcripts: 1, observations: 3, manifest: 2, assessment: 2, decision: 1 },
      ...{ input: 4, audit: 1, key: 2, population: 1 },
    });
  });

  it('names the table of every single changed byte', async () => {
    const { store, options } = await filled();
    const tamper = await tamperWith(options);
    try {
      for (const table of appendOnlyTables) {
        const rows = await tamper.run(`select * from ${table}`);
        expect(rows.length, table).toBeGreaterThan(0);
        const row = rows[rows.length - 1] ?? {};
        for (const [column, value] of Object.entries(row))
          for (const share of typeof value === 'string' ? [0, 0.5, 0.999] : [0]) {
            const changed = nudged(value, share);
            const set = `update ${table} set ${column} = ? where ${whereOf(row)}`;
            await tamper.run(set, [changed, ...valuesOf(row)]);
            const report = await verifyFolder(store);
            expect(report, `${table}.${column} at ${share}`).toMatchObject({ ok: false, firstBroken: { table } });
            const back = `update ${table} set ${column} = ? where ${whereOf({ ...row, [column]: changed })}`;
            await tamper.run(back, [value as string | null, ...valuesOf({ ...row, [column]: changed })]);
          }
      }
      expect((await verifyFolder(store)).firstBroken).toBeNull();
    } finally {
      await tamper.close();
    }
  });

  it('misses no deleted row', async () => {
    const { store, options } = await filled();
    const tamper = await tamperWith(options);
    try {
      for (const table of appendOnlyTables)
        for (const row of await tamper.run(`select * from ${table}`)) {
          await tamper.run(`delete from ${table} where ${whereOf(row)}`, valuesOf(row));
          expect(await verifyFolder(store), `${table} ${JSON.stringify(row)}`).toMatchObject({ ok: false });
          const marks = Object.keys(row)
            .map(() => '?')
            .join();
          await tamper.run(
            `insert into ${table} (${Object.keys(row).join()}) values (${marks})`,
            Object.values(row) as never,
          );
        }
      expect((await verifyFolder(store)).firstBroken).toBeNull();
    } finally {
      await tamper.close();
    }
  });

  it('sees an observation that was slipped into a sealed scan', async () => {
    const { store, options } = await filled();
    const scan = await beginScan(store.db, {
      plan: planOf('2026-11-03T10:00:00.000Z'),
      askedBy: 'x',
      at: '2026-11-03T10:00:00.000Z',
    });
    const entry = { scan, agent: 'local', recordedAt: '2026-11-03T10:00:01.000Z' };
    await recordObservation(store.db, observationOf({ at: '2026-11-03T10:00:00.000Z' }), entry);
    expect(await verifyFolder(store)).toMatchObject({ ok: true, checked: { unsealed: 1 } });
    const tamper = await tamperWith(options);
    await tamper.run("update scans set state = 'finished' where id = ?", [scan]);
    await tamper.close();
    expect(await verifyFolder(store)).toMatchObject({ ok: false, firstBroken: { table: 'observations' } });
  });

  it('sees a current state that does not follow from the observations', async () => {
    const { store, options } = await filled();
    const tamper = await tamperWith(options);
    await tamper.run("delete from current_readings where asset = 'broker-1'");
    await tamper.close();
    expect(await verifyFolder(store)).toMatchObject({ ok: false, firstBroken: { table: 'current_readings' } });
  });

  it('pins the signer by its public key or fingerprint, through rotations in both directions', async () => {
    const { store } = await filled();
    const first = store.keyring.server;
    store.keyring = await rotateKey(store.db, store.keyring, 'server');
    store.keyring = await rotateKey(store.db, store.keyring, 'agent/local');
    await scanWith(store, '2026-11-03T10:00:00.000Z', [{}]);
    await assessmentAt(store, '2026-11-03T10:01:00.000Z');
    for (const trust of [first.publicKey, first.fingerprint, store.keyring.server.publicKey])
      expect(await verifyFolder(store, { trust: [trust] })).toMatchObject({ ok: true, pinned: true });
    const report = await verifyFolder(store, { trust: [signerOf(newPrivateKey()).publicKey] });
    expect(report).toMatchObject({ ok: false, pinned: false, firstBroken: { table: 'ledger' } });
    expect(report.signers).toHaveLength(4);
  });

  it('refuses to trust what is no key', async () => {
    const { store } = await filled();
    await expect(verifyFolder(store, { trust: ['hunter'] })).rejects.toThrow(/--trust expected an Ed25519 public key/);
  });

  it('does not take an agent for the server that vouches for it', async () => {
    const { store } = await filled();
    const agent = store.keyring.agents.get('local');
    expect(await verifyFolder(store, { trust: [agent?.publicKey ?? ''] })).toMatchObject({ ok: false, pinned: false });
  });

  it('gives the same answer for an exported package, and finds what was changed in it', async () => {
    const { store, options } = await filled();
    const file = join(options.folder, 'evidence.jsonl');
    await writePackage(store, file, new Date());
    expect(await verifyPath(file, { trust: [store.keyring.server.publicKey] })).toMatchObject({
      ok: true,
      pinned: true,
    });
    await expect(writePackage(store, file, new Date())).rejects.toThrow(/a file that does not exist yet/);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"outcome":"timedOut"', '"outcome":"observed"'));
    expect(await verifyPackage(file)).toMatchObject({ ok: false, firstBroken: { table: 'observations' } });
    const withoutDecision = text.split('\n').filter((line) => !line.includes('"chain":"decision/line-3"'));
    writeFileSync(file, withoutDecision.join('\n'));
    expect(await verifyPackage(file)).toMatchObject({
      ok: false,
      firstBroken: { table: 'ledger', id: 'decision/line-3 0' },
    });
    writeFileSync(file, text.replace('"table":"documents"', '"table":"tables"'));
    await expect(verifyPackage(file)).rejects.toThrow(/evidence\.jsonl:2 expected an evidence package/);
  });

  it('shows the way from an observation to the signature, and where it breaks', async () => {
    const { store, options, digests } = await filled();
    const digest = digests[0] ?? '';
    const steps = await chainOf(store.db, digest);
    expect(steps.map((step) => [step.step, step.check])).toEqual([
      ['document', 'holds'],
      ['observation', 'holds'],
      ['manifest', 'holds'],
      ['signature', 'holds'],
    ]);
    const tamper = await tamperWith(options);
    await tamper.run("update observations set outcome = 'denied' where digest = ?", [digest]);
    await tamper.close();
    expect((await chainOf(store.db, digest)).map((step) => step.check)).toEqual([
      'holds',
      'broken',
      'notChecked',
      'notChecked',
    ]);
    expect(await chainOf(store.db, 'sha256:none')).toEqual([]);
  });
});

function whereOf(row: Record<string, unknown>): string {
  return Object.entries(row)
    .map(([column, value]) => (value === null ? `${column} is null` : `${column} = ?`))
    .join(' and ');
}

function valuesOf(row: Record<string, unknown>): (string | number)[] {
  return Object.values(row).filter((value) => value !== null) as (string | number)[];
}
