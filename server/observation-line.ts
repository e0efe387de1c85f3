/** One line of `scan --save`: what `collect --json` prints, plus the system and asset it is about. */
import type { AssetObservation } from '../collectors/contract/observation.ts';
import type { WholeObservation } from './store/rows.ts';

export function scanLine(observation: WholeObservation): AssetObservation {
  const { digest: _, scan: __, agent: ___, recordedAt: ____, ...line } = observation;
  return line;
}
