/** The way from one observation down to the signature, recomputed each time it is shown. */
import { sha256 } from '../../collectors/evidence/canonical.ts';
import { verifyEnvelope } from '../../collectors/evidence/envelope.ts';
import { merkleRoot } from '../../collectors/evidence/merkle.ts';
import type { EvidencePage } from '../contract/api.ts';
import { readStatement, sealedRow } from './ledger.ts';
import { recordOfRow, rowOfRecord } from './rows.ts';
import type { Database, LedgerRow, ObservationRow } from './tables.ts';

export type ChainStep = EvidencePage['chain'][number];

/** Four steps: facts document, observation, scan manifest, signature. After a broken one the rest is not checked. */
export async function chainOf(db: Database, digest: string): Promise<readonly ChainStep[]> {
  const row = await db
    .selectFrom('observations')
    .selectAll()
    .where('digest', '=', digest as ObservationRow['digest'])
    .executeTakeFirst();
  if (row === undefined) return [];
  const manifest = await manifestOver(db, row);
  const steps: ChainStep[] = [];
  const checks: readonly (() => Promise<ChainStep>)[] = [
    () => documentStep(db, row),
    () => observationStep(row),
    () => manifestStep(db, row, manifest),
    () => signatureStep(db, manifest),
  ];
  for (const check of checks) {
    const step = await check();
    const broken = steps.some((each) => each.check !== 'holds');
    steps.push(broken ? { ...step, check: 'notChecked', says: 'not checked: an earlier step does not hold' } : step);
  }
  return steps;
}

async function documentStep(db: Database, row: ObservationRow): Promise<ChainStep> {
  const found = await db.selectFrom('documents').select('body').where('hash', '=', row.document).executeTakeFirst();
  const hash = found === undefined ? undefined : sha256(found.body);
  return {
    step: 'document',
    hash: row.document,
    check: hash === row.document ? 'holds' : 'broken',
    says:
      hash === row.document
        ? 'the facts have this digest'
        : `the facts' digest is ${hash ?? 'unknown: the document is missing'}`,
  };
}

async function observationStep(row: ObservationRow): Promise<ChainStep> {
  let digest: string;
  try {
    digest = rowOfRecord(recordOfRow(row)).digest;
  } catch {
    digest = 'unknown: the record cannot be read';
  }
  const holds = digest === row.digest;
  return {
    step: 'observation',
    hash: row.digest,
    check: holds ? 'holds' : 'broken',
    says: holds ? 'the record, which names the document, has this digest' : `the record's digest is ${digest}`,
  };
}

async function manifestStep(db: Database, row: ObservationRow, manifest: LedgerRow | undefined): Promise<ChainStep> {
  if (manifest === undefined)
    return { step: 'manifest', hash: '', check: 'notChecked', says: 'the scan still runs: no manifest yet' };
  const { body } = readStatement(manifest, 'manifest');
  const rows = await db
    .selectFrom('observations')
    .select('digest')
    .where('scan', '=', row.scan)
    .where('agent', '=', row.agent)
    .execute();
  const root = merkleRoot(rows.map((each) => each.digest));
  const holds = root === body.root && sha256(manifest.payload) === manifest.hash;
  return {
    step: 'manifest',
    hash: manifest.hash,
    check: holds ? 'holds' : 'broken',
    says: holds
      ? `one of ${rows.length} observations under the root ${short(root)}`
      : `the root over the scan's observations is ${short(root)}, the manifest says ${short(body.root)}`,
  };
}

async function signatureStep(db: Database, manifest: LedgerRow | undefined): Promise<ChainStep> {
  if (manifest === undefined)
    return { step: 'signature', hash: '', check: 'notChecked', says: 'the scan still runs: no signature yet' };
  const keys = await db.selectFrom('ledger').select('payload').where('chain', '=', 'key').execute();
  const bodies = keys.map((row) => readStatement(row, 'key').body);
  const sealed = sealedRow(manifest);
  const check = verifyEnvelope(sealed, new Map(bodies.map((body) => [body.fingerprint, body.publicKey])));
  const owner = bodies.find((body) => body.fingerprint === sealed.signatures[0]?.keyid)?.owner;
  return {
    step: 'signature',
    hash: sealed.signatures[0]?.keyid ?? '',
    check: check.holds ? 'holds' : 'broken',
    says: check.holds ? `signed with the key of ${owner}` : `the signature does not hold (${check.because})`,
  };
}

async function manifestOver(db: Database, row: ObservationRow): Promise<LedgerRow | undefined> {
  const rows = await db
    .selectFrom('ledger')
    .selectAll()
    .where('kind', '=', 'manifest')
    .where('system', '=', row.system)
    .where('subject', '=', row.scan)
    .execute();
  return rows.find((each) => each.chain === `manifest/${row.agent}`);
}

/** As screens print digests: the first eight and the last four digits. */
function short(digest: string): string {
  const hex = digest.replace(/^sha256:/, '');
  return `${hex.slice(0, 8)}...${hex.slice(-4)}`;
}
