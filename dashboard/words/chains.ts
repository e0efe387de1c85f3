/** Sentences about a replayed incident. Pure. */
import type { IncidentPage } from '../../server/contract/api.ts';
import { words } from './catalogue.ts';

export type StepOutcome = IncidentPage['steps'][number]['outcome'];

const outcomes: readonly StepOutcome[] = ['broken', 'worked', 'unknown', 'noRow'];

/** The verdict in one sentence: where the chain ends, or why that cannot be said. */
export function chainSays({ verdict, steps }: IncidentPage): string {
  const { says } = words.incidents;
  const broken = steps.filter((each) => each.outcome === 'broken');
  const [first] = broken;
  if (verdict === 'broken' && first !== undefined) return says.broken(first.id, broken.length);
  if (verdict === 'open') return says.open;
  return says.unknown(count(steps, 'worked'), count(steps, 'unknown'));
}

/** `3 broken, 1 unknown, 2 no row speaks of it`; what does not occur is left out. */
export function stepCounts(steps: IncidentPage['steps']): string {
  return outcomes
    .map((outcome) => [count(steps, outcome), words.incidents.outcomes[outcome].toLowerCase()] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`)
    .join(', ');
}

function count(steps: IncidentPage['steps'], outcome: StepOutcome): number {
  return steps.filter((each) => each.outcome === outcome).length;
}
