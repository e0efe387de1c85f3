/** Answers that only read facts, and how long they last. */
import type { Moment } from './readings.ts';

/** Ends of readings that are followed to find when an answer is another. */
const maxLooks = 20;

/** `until` is when the answer is another, which the end of a reading alone is not. */
export function lasting<T extends boolean | string | undefined>(
  moment: Moment,
  answer: (at: Moment) => { readonly value: T; readonly until: number },
): { value: T; until: number } {
  const first = answer(moment);
  let at = first.until;
  for (let look = 0; look < maxLooks; look++) {
    if (at === Number.POSITIVE_INFINITY) return { value: first.value, until: at };
    const later = answer({ at, grace: moment.grace, keeps: false });
    if (later.value !== first.value) return { value: first.value, until: at };
    at = later.until;
  }
  // Too many to follow: where one stops must not depend on where one started.
  return first;
}
