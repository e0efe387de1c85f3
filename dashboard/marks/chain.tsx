/** Marks of a replayed incident: what became of each step, and of the whole chain. */
import { IconCircleCheck, IconCircleX, IconEyeOff, IconPuzzleOff } from '@tabler/icons-react';
import type { IncidentPage } from '../../server/contract/api.ts';
import { words } from '../words/catalogue.ts';
import type { StepOutcome } from '../words/chains.ts';
import { type Look, Mark } from './marks.tsx';

const stepLooks: Record<StepOutcome, Look> = {
  broken: { icon: IconCircleCheck, tone: 'met' },
  worked: { icon: IconCircleX, tone: 'notMet' },
  unknown: { icon: IconEyeOff, tone: 'unknown' },
  noRow: { icon: IconPuzzleOff, tone: 'text3' },
};

const verdictLooks: Record<IncidentPage['verdict'], Look> = {
  broken: stepLooks.broken,
  open: stepLooks.worked,
  unknown: stepLooks.unknown,
};

export function StepMark({ outcome }: { outcome: StepOutcome }) {
  return <Mark look={stepLooks[outcome]}>{words.incidents.outcomes[outcome]}</Mark>;
}

export function VerdictOfChain({ verdict }: { verdict: IncidentPage['verdict'] }) {
  return <Mark look={verdictLooks[verdict]}>{words.incidents.verdicts[verdict]}</Mark>;
}
