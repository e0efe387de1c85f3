import { readFileSync, statSync } from 'node:fs';
import { collectors } from '../../collectors/registry.ts';
import { openPacks } from '../../server/packs.ts';
import { type Replay, replayAll } from '../../server/replay.ts';
import { openForReading } from '../../server/store/open.ts';
import { openPackage } from '../../server/store/package.ts';
import { rebuildReadings } from '../../server/store/readings.ts';
import type { Database } from '../../server/store/tables.ts';
import { verifyPath } from '../../server/store/verify.ts';
import { UserError } from './end.ts';
import { note, printJson, say } from './print.ts';
import { packsFolder } from './product.ts';

export interface VerifyOptions {
  readonly trust?: string;
  /** Also makes every assessment again. */
  readonly replay?: boolean;
  readonly json?: boolean;
}

/** Assessments that came out the same, and the first that did not. */
interface Replayed {
  readonly assessments: number;
  readonly firstDifferent: Replay | null;
}

export async function verify(path: string, options: VerifyOptions): Promise<number> {
  const report = await verifyPath(path, options.trust === undefined ? {} : { trust: [keyFrom(options.trust)] });
  // What is not what was recorded is not worth making again.
  const replayed = options.replay && report.ok ? await replayPath(path) : undefined;
  const holds = report.ok && (replayed === undefined || replayed.firstDifferent === null);
  if (options.json) {
    printJson({ ...report, ok: holds, ...(replayed === undefined ? {} : { replayed }) });
    return holds ? 0 : 1;
  }
  const counted = Object.entries(report.checked).map(([what, count]) => `${count} ${what}`);
  say(report.ok ? `Holds: ${counted.join(', ')}.` : `Broken: ${JSON.stringify(report.firstBroken)}`);
  say(report.pinned ? 'Every signer is trusted.' : 'Consistent, signer not pinned. Signers:');
  if (!report.pinned) for (const signer of report.signers) say(`  ${signer}`);
  if (replayed !== undefined) for (const line of told(replayed)) say(line);
  return holds ? 0 : 1;
}

async function replayPath(path: string): Promise<Replayed> {
  const installed = { collectors: collectors.map((entry) => entry.manifest), packs: openPacks(packsFolder) };
  const db = await openPath(path);
  let assessments = 0;
  try {
    for await (const each of replayAll(db, installed)) {
      if (each.difference !== null) return { assessments, firstDifferent: each };
      assessments += 1;
      if (assessments % 100 === 0) note(`${assessments} assessments made again ...`);
    }
  } finally {
    await db.destroy();
  }
  return { assessments, firstDifferent: null };
}

async function openPath(path: string): Promise<Database> {
  if (!statSync(path).isFile()) return openForReading(path);
  const { db } = await openPackage(path);
  await rebuildReadings(db);
  return db;
}

function told({ assessments, firstDifferent }: Replayed): string[] {
  const same = `Made again with the same bytes: ${assessments} ${assessments === 1 ? 'assessment' : 'assessments'}.`;
  if (firstDifferent === null || firstDifferent.difference === null) return [same];
  const { system, now, assessment, difference } = firstDifferent;
  const { what, expected, found } = difference;
  return [same, `Differs: ${system} at ${now} (${assessment}), ${what}: recorded ${expected}, made again ${found}`];
}

/** A PEM file, or a fingerprint typed as it is. */
function keyFrom(text: string): string {
  if (text.startsWith('ed25519:')) return text;
  try {
    return readFileSync(text, 'utf8');
  } catch {
    throw new UserError(`--trust: expected a readable PEM file or a fingerprint (ed25519:...), found "${text}"`);
  }
}
