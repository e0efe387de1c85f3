import { z } from 'zod';
import { queryCrosswalk } from '../../rules/engine/crosswalk.ts';
import { replayIncident, type StepReplay } from '../../rules/engine/incident.ts';
import { isPracticeCode, levelNames, type PracticeCode, practiceCodes } from '../../rules/engine/model.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import { crosswalkEntrySchema, guidePageSchema, incidentPageSchema, listOf } from '../contract/api.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';
import { asOfQuery, systemOf } from './systems.ts';

const ofPractice = z.object({ code: z.string() });

export function knowledgeRoutes(routes: Routes, running: Running): void {
  const { guide, crosswalks, incidents } = running.knowledge;
  routes.get(
    '/practices/:code/guide',
    {
      schema: {
        summary: 'What each level of a practice asks',
        tags: ['knowledge'],
        params: ofPractice,
        response: { 200: guidePageSchema },
      },
    },
    async (request) => {
      const code = codeOf(request.params.code);
      const found = guide.practices.find((each) => each.practice === code);
      if (found === undefined) throw new Refusal(404, 'No guide', `the installed pack has no guide to ${code}`);
      return {
        practice: code,
        purpose: found.purpose,
        levels: found.levels.map(({ level, objective, do: steps, indicators, example }) => ({
          ...{ level, objective, name: levelNames[level], do: [...steps] },
          indicators: indicators.map(({ text, rows }) => ({ text, rows: [...rows] })),
          ...(example === undefined ? {} : { example: { vertical: example.vertical, text: example.text } }),
        })),
      };
    },
  );
  routes.get(
    '/practices/:code/crosswalk',
    {
      schema: {
        summary: 'Ids of other frameworks that belong to a practice',
        tags: ['knowledge'],
        params: ofPractice,
        response: { 200: listOf(crosswalkEntrySchema) },
      },
    },
    async (request) => {
      const links = queryCrosswalk(crosswalks, { practice: codeOf(request.params.code) });
      const items = links.map(({ framework, cite, edition, id, level, status, note }) => ({
        ...{ framework, edition, id, status, title: crosswalks.find((each) => each.id === framework)?.title ?? cite },
        ...(level === undefined ? {} : { level }),
        ...(note === undefined ? {} : { note }),
      }));
      return { items, next: null };
    },
  );
  routes.get(
    '/systems/:system/incidents',
    {
      schema: {
        summary: 'Known incidents as chains of rows: which steps would have worked on what is known',
        tags: ['knowledge'],
        params: z.object({ system: z.string() }),
        querystring: asOfQuery,
        response: { 200: listOf(incidentPageSchema) },
      },
    },
    async (request) => {
      const { id } = systemOf(running, request.params.system);
      const record = await running.assessing.recordAsOf(id, request.query.asOf);
      const rows = (record?.practices ?? []).flatMap((each) => each.indicators);
      const statuses = new Map(rows.map((row) => [row.id, row.status]));
      const items = incidents.map((chain) => {
        const { verdict, steps } = replayIncident(chain, statuses);
        return {
          ...{
            id: chain.id,
            title: chain.title,
            when: chain.when,
            mark: chain.mark,
            verdict,
            sources: [...chain.sources],
          },
          steps: steps.map((step) => ({
            ...{ id: step.id, what: step.what, outcome: step.outcome, brokenBy: [...step.brokenBy] },
            openBecauseOf: [...step.openBecauseOf],
            unknownBecauseOf: [...step.unknownBecauseOf],
            softenedBy: [...step.softenedBy],
          })),
          rows: questionsOf(running.packs.base, steps),
        };
      });
      return { items, next: null };
    },
  );
}

function questionsOf(pack: Pack, steps: readonly StepReplay[]): Record<string, string> {
  const named = steps.flatMap(({ brokenBy, openBecauseOf, unknownBecauseOf, softenedBy }) => [
    ...brokenBy,
    ...openBecauseOf,
    ...unknownBecauseOf,
    ...softenedBy,
  ]);
  return Object.fromEntries(
    [...new Set(named)].flatMap((id) => {
      const question = pack.byId.get(id)?.question;
      return question === undefined ? [] : [[id, question]];
    }),
  );
}

function codeOf(text: string): PracticeCode {
  if (isPracticeCode(text)) return text;
  throw new Refusal(
    404,
    'No such practice',
    `expected one of ${practiceCodes.join(', ')}, found "${text.slice(0, 20)}"`,
  );
}
