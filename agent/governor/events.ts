/** When a run becomes something that a person has to look into, and what is written down of it. Pure. */
import type { Outcome } from '../../collectors/contract/collector.ts';
import type { SafetyEvent } from '../../collectors/contract/observation.ts';
import type { Permit } from '../permit.ts';
import type { Run } from './run.ts';

/** Whatever the kind of asset: it slowed down, says that it is not well, is another, or may be written to. */
const always: ReadonlySet<string> = new Set(['SAF-14', 'SAF-17', 'SAF-46', 'SAF-48', 'SAF-49']);
/** Only of what runs the process: elsewhere a strange answer or a silent host is daily life. */
const ofControllers: ReadonlySet<string> = new Set(['SAF-15', 'SAF-16']);

export interface Ending {
  readonly run: Pick<Run, 'trouble' | 'answered' | 'timings'>;
  readonly permit: Pick<Permit, 'controller'>;
  readonly outcome: Outcome;
  readonly detail: string | undefined;
  /** Rule by which it ended, if it did. */
  readonly rule: string | undefined;
  readonly at: Date;
}

export function eventOf({ run, permit, outcome, detail, rule, at }: Ending): SafetyEvent | undefined {
  const { trouble, timings } = run;
  // A controller that answered and then does not has not been switched off: it stopped under our look.
  const fellSilent = outcome === 'timedOut' && run.answered ? 'SAF-15' : undefined;
  const ended = rule ?? trouble?.rule ?? fellSilent;
  if (ended === undefined) return undefined;
  if (!always.has(ended) && !(ofControllers.has(ended) && permit.controller)) return undefined;
  const because = (rule === undefined ? trouble?.message : undefined) ?? detail ?? ended;
  return { rule: ended, because, at: at.toISOString(), ...timings };
}
