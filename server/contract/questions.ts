/** What to ask people next: the questions of the interview, in its order and its words. */
import { z } from 'zod';

export const promptSchema = z.object({
  /** Name of the answer, the same in every interview. */
  key: z.string(),
  text: z.string(),
  /** How an answer is written. */
  hint: z.string(),
  /** A date that may lie ahead: an end, a due date. */
  ahead: z.boolean(),
});

/** Members shown of a fact that nobody has said of many. */
export const membersShown = 20;

export const nextQuestionSchema = z.object({
  /** The row that is worth most among those that it answers. */
  id: z.string(),
  /** Every row that the same answers settle, that one first. */
  rows: z.array(z.object({ id: z.string(), practice: z.string(), question: z.string() })),
  /** Minutes of people's time, by the catalogue. */
  minutes: z.number(),
  /** What the answer settles, in words. */
  buys: z.string(),
  prompts: z.array(promptSchema),
  /** Whom the answers are about; `total` counts all of them. */
  about: z.array(
    z.object({
      fact: z.string(),
      kind: z.enum(['system', 'organisation', 'asset', 'party', 'register']),
      members: z.array(z.object({ id: z.string(), name: z.string() })),
      total: z.int(),
    }),
  ),
  /** A population or register of which somebody must say that it is empty. */
  empty: z.string().optional(),
  /** Types of statement that may hold the answer. */
  types: z.array(z.string()),
  /** Somebody passed it over in an interview; only where `passed=true` asks for those. */
  passed: z.object({ why: z.enum(['unknown', 'skipped']), by: z.string().optional(), at: z.string() }).optional(),
});

export type NextQuestion = z.infer<typeof nextQuestionSchema>;
