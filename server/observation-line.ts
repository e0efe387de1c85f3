/** One line of `scan --save`: what `collect --json` prints, plus the system and asset it is about. */
import type { Outcome } from '../collectors/contract/collector.ts';
import type { AssetObservation } from '../collectors/contract/observation.ts';
import type { WholeObservation } from './store/rows.ts';

export function scanLine(observation: WholeObservation): AssetObservation {
  const { digest: _, scan: __, agent: ___, recordedAt: ____, ...line } = observation;
  return line;
}

/** Whether a planned look is missing. One that was not needed because its facts are known is not (SAF-08). */
export function leavesOpen({ outcome, rule }: { readonly outcome: Outcome; readonly rule?: string }): boolean {
  return outcome !== 'observed' && rule !== 'SAF-08';
}
