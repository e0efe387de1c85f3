/**
 * What a run found out that forbids the next one until a person has looked: the device is another than declared
 * (SAF-46), of a model that an advisory calls fragile (SAF-29), or our reading account can write there (SAF-48). Loopback is not exempt: it is about what is true, not about
 * the strain on a device.
 */
import { z } from 'zod';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import type { FragileModel } from '../../server/contract/plant.ts';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import type { Permit } from '../permit.ts';
import type { Forbidden } from './calendar.ts';
import { fragileModel, fragileSentence } from './fragile.ts';
import { otherMaker } from './maker.ts';
import { forget, recall, remember } from './memory.ts';

export interface Finding {
  readonly rule: 'SAF-29' | 'SAF-46' | 'SAF-48';
  readonly because: string;
  /** Account concerned; without one the whole host is left alone. */
  readonly credential?: string;
}

const heldSchema = z.array(
  z.strictObject({
    rule: z.enum(['SAF-29', 'SAF-46', 'SAF-48']),
    because: z.string(),
    credential: z.string().optional(),
    at: z.number(),
  }),
);
const entry = (key: string) => ({ key: `finding/${key}`, schema: heldSchema });
const remedy = 'put it right, then: plimsoll stop --resume';

/** `rule` is the one by which the run ended, if it did. */
export function findingOf(
  permit: Pick<Permit, 'asset' | 'credential'>,
  observation: Pick<AssetObservation, 'facts' | 'volatile' | 'outcome' | 'detail'>,
  { rule, fragile = [] }: { rule: string | undefined; fragile?: readonly FragileModel[] | undefined },
): Finding | undefined {
  const { asset, credential } = permit;
  const maker = observation.facts['device.vendor'];
  if (rule === 'SAF-46' || (asset.vendor !== undefined && maker !== undefined && otherMaker(asset.vendor, maker)))
    return {
      rule: 'SAF-46',
      because: `${asset.id} is declared as made by ${asset.vendor ?? 'nobody'}, and answers as ${maker ?? 'another'}`,
    };
  const listed = fragileModel(fragile, { maker: maker ?? asset.vendor, model: observation.facts['device.model'] });
  if (listed !== undefined) return { rule: 'SAF-29', because: `${asset.id}: ${fragileSentence(listed)}` };
  if (credential === undefined) return undefined;
  const writable = observation.facts['authorization.writable.count'] ?? 0;
  if (rule !== 'SAF-48' && writable === 0) return undefined;
  return { rule: 'SAF-48', because: `the reading account ${credential} can write on ${asset.id}`, credential };
}

export async function recordFinding(memory: SafetyMemory, found: Finding & { key: string; at: Date }): Promise<void> {
  const { key, at, ...finding } = found;
  await remember(memory, entry(key), (before = []) => [
    ...before.filter((each) => each.rule !== finding.rule || each.credential !== finding.credential),
    { ...finding, at: at.getTime() },
  ]);
}

/** What holds back a run at this host, with this account. */
export async function findingHold(
  memory: SafetyMemory,
  at: { readonly key: string; readonly credential?: string | undefined },
): Promise<(Forbidden & { readonly remedy: string }) | undefined> {
  const held = (await recall(memory, entry(at.key).key, heldSchema)) ?? [];
  const found = held.find(({ credential }) => credential === undefined || credential === at.credential);
  if (found === undefined) return undefined;
  const { rule, because } = found;
  return { rule, because: `${because} (seen ${new Date(found.at).toISOString()})`, remedy };
}

/** A person has looked. What is still so will be found again. */
export function liftFindings(memory: SafetyMemory): Promise<void> {
  return forget(memory, 'finding/', heldSchema);
}
