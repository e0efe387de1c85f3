/**
 * How much 90 minutes of people's time tell, from an inventory and without one packet: every question takes the minutes
 * of the catalogue, the answers are recorded. A count, not a timing: it is the same on every machine.
 */
import { holdInterview, type Step } from '../../agent/commands/interview.ts';
import { temporaryFolder } from '../support/program.ts';
import type { Bench } from './bench.ts';
import { writeInterviewPlant } from './interview-plant.ts';

export const budgetMinutes = 90;
/** Practices that must have a level, or a finding that there is none, when the minutes are used up. */
export const wantedPractices = 12;

export const interview: Bench = {
  id: 'interview',
  programs: [],
  async run({ note }) {
    const steps = await recordedInterview();
    const established = steps.at(-1)?.established ?? 0;
    if (established < wantedPractices)
      throw new Error(`${established} practices in ${budgetMinutes} minutes, ${wantedPractices} are wanted`);
    for (const line of curveOf(steps)) note(line);
    const last = steps.at(-1)?.minutes ?? 0;
    const cells = [exactly(last), exactly(steps.length), exactly(established)];
    return [
      {
        title: 'Practices established by an interview, 200 assets from an inventory, zero packets',
        rounds: 1,
        columns: ['minutes', 'questions', 'practices of 18'],
        rows: [{ name: `at most ${budgetMinutes} minutes`, cells }],
        remarks: [`at least ${wantedPractices} practices are wanted`],
      },
    ];
  },
};

function exactly(value: number) {
  return { median: value, min: value, max: value };
}

export async function recordedInterview(): Promise<Step[]> {
  const { path, remove } = temporaryFolder('interview');
  try {
    const { plant, answers } = writeInterviewPlant(path);
    return await holdInterview(plant, { answers, minutes: budgetMinutes, json: true });
  } finally {
    remove();
  }
}

/** `  14 min   2 established  spm.l1.policy-exists` */
export function curveOf(steps: readonly Step[]): string[] {
  return steps.map(
    ({ minutes, established, question, ending }) =>
      `${String(minutes).padStart(4)} min  ${String(established).padStart(2)} established  ${question}${ending === 'unknown' ? ' (nobody knew)' : ''}`,
  );
}
