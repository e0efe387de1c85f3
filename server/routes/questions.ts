import { z } from 'zod';
import { nextQuestions, type Question } from '../../rules/advice/next-minute.ts';
import { listOf } from '../contract/api.ts';
import { openPart, type Passed } from '../contract/interview/passed.ts';
import { promptsOf } from '../contract/interview/wording.ts';
import { membersShown, type NextQuestion, nextQuestionSchema } from '../contract/questions.ts';
import { passedOf } from '../plant/passed-questions.ts';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';
import { asOfQuery, nameOf, systemOf } from './systems.ts';

/** Systems whose newest order of questions is kept: one assessment gives the same order every time. */
const kept = 16;

/** For a person with a page instead of a terminal: the same order, words and passed-over questions as the interview. */
export function questionRoutes(routes: Routes, running: Running): void {
  const { assessing, supplies } = running;
  const orders = new Map<string, readonly Question[]>();
  routes.get(
    '/systems/:system/questions',
    {
      schema: {
        summary: 'What to ask people next: first what settles most per minute, without what somebody passed over',
        tags: ['practices'],
        params: z.object({ system: z.string() }),
        querystring: asOfQuery.extend({
          limit: z.coerce.number().int().min(1).max(200).default(20),
          passed: z.enum(['true', 'false']).default('false').describe('also what was passed over, after the others'),
        }),
        response: { 200: listOf(nextQuestionSchema) },
      },
    },
    async (request) => {
      const system = systemOf(running, request.params.system);
      const { asOf, limit, passed: withPassed } = request.query;
      const { input, pack, assessment } = await assessing.inputOf(system.id, asOf);
      const key = `${system.id} ${assessment ?? input.now}`;
      const order = orders.get(key) ?? nextQuestions(pack, input).filter(({ way }) => way === 'ask');
      orders.set(key, order);
      if (orders.size > kept) orders.delete(orders.keys().next().value ?? '');
      const passed = passedOf(supplies.current().plant, system.id);
      const parts = order.map((question) => ({ question, ...openPart(question, passed) }));
      const open = parts.flatMap(({ ask }) => (ask === undefined ? [] : [shown(ask, running)]));
      const over = parts.flatMap(({ question, passed: last }) =>
        last === undefined ? [] : [shown(question, running, last)],
      );
      return { items: [...open, ...(withPassed === 'true' ? over : [])].slice(0, limit), next: null };
    },
  );
}

function shown(question: Question, running: Running, passed?: Passed): NextQuestion {
  const { id, rows, minutes, buys, lacks, empty, types } = question;
  return {
    ...{ id, minutes, buys, prompts: promptsOf(question), types: [...types] },
    rows: [...rows],
    about: lacks.map(({ fact, about, members }) => ({
      ...{ fact, kind: about, total: members.length },
      members: members.slice(0, membersShown).map((member) => ({ id: member, name: nameOf(running, member) })),
    })),
    ...(empty === undefined ? {} : { empty }),
    ...(passed === undefined
      ? {}
      : { passed: { why: passed.why, at: passed.at, ...(passed.by === undefined ? {} : { by: passed.by }) } }),
  };
}
