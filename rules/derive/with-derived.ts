import type { AssessInput } from '../engine/input.ts';
import type { Pack } from '../engine/pack.ts';
import { derive } from './derive.ts';

/** The input as it is assessed: with what follows from several readings. Pure; deriving again changes nothing. */
export function withDerived(pack: Pick<Pack, 'lists'>, input: AssessInput): AssessInput {
  const seen = input.evidence.filter(({ source }) => source !== 'derived');
  return { ...input, evidence: [...seen, ...derive(input, pack.lists)] };
}
