import { z } from 'zod';
import { printable } from '../../collectors/evidence/text.ts';
import { isPracticeCode, type PracticeCode, practiceCodes } from '../../rules/engine/model.ts';
import type { Row } from '../../rules/engine/pack.ts';
import type { TrustworthinessTags } from '../../rules/engine/trustworthiness.ts';
import { practiceText } from '../../rules/explain/practice-text.ts';
import {
  type IndicatorText,
  indicatorPageSchema,
  newDecisionSchema,
  practiceDecisionSchema,
  practicePageSchema,
} from '../contract/api.ts';
import { traceSchema } from '../contract/assessment.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import { decisionsFor, recordDecision, SupersededAssessment } from '../store/decisions.ts';
import { namesInTrace, practicePage } from '../views/practice-page.ts';
import type { Routes } from './routes.ts';
import { asOfQuery, nameOf, systemOf } from './systems.ts';

export function practiceRoutes(routes: Routes, running: Running): void {
  const { store, packs, assessing, knowledge } = running;
  routes.get(
    '/systems/:system/practices/:code',
    {
      schema: {
        summary: 'One practice: level, indicators, blockers, decisions, history',
        tags: ['practices'],
        params: z.object({ system: z.string(), code: z.string() }),
        querystring: asOfQuery,
        response: { 200: practicePageSchema },
      },
    },
    async (request) => {
      const system = systemOf(running, request.params.system);
      const { asOf } = request.query;
      const { code } = request.params;
      const current = await assessing.recordAsOf(system.id, asOf);
      const before = current === undefined ? undefined : await assessing.recordBefore(system.id, current);
      const page = practicePage({
        system: { id: system.id, name: system.name },
        code,
        target: system.targets[code],
        current,
        before,
        decisions: await decisionsFor(store.db, {
          system: system.id,
          practice: code,
          ...(asOf === undefined ? {} : { until: asOf }),
        }),
        history: await assessing.history(system.id, code, asOf),
        texts: packs
          .of(system)
          .rows.filter((row) => row.practice === code && ['all', system.role].includes(row.role))
          .map((row) => textOf(row, knowledge.trustworthiness))
          .sort((a, b) => a.level - b.level || Number(b.core) - Number(a.core)),
        nameOf: (asset) => nameOf(running, asset),
      });
      if (page === undefined) {
        throw noSuchPractice(code);
      }
      return { ...page, ...(asOf === undefined ? {} : { asOf }) };
    },
  );
  routes.get(
    '/systems/:system/practices/:code/explain',
    {
      schema: {
        summary: 'Why a practice stands at its level and not at the next, as plain text down to the readings',
        tags: ['practices'],
        params: z.object({ system: z.string(), code: z.string() }),
        querystring: asOfQuery,
        response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const system = systemOf(running, request.params.system);
      const practice = practiceCodeOf(request.params.code);
      const { input, pack } = await assessing.inputOf(system.id, request.query.asOf);
      const lines = practiceText(pack, input, { practice }).split('\n');
      return reply.type('text/plain; charset=utf-8').send(`${lines.map(printable).join('\n')}\n`);
    },
  );
  routes.get(
    '/systems/:system/indicators/:indicator',
    {
      schema: {
        summary: 'One indicator down to the readings of each member',
        tags: ['practices'],
        params: z.object({ system: z.string(), indicator: z.string() }),
        querystring: asOfQuery,
        response: { 200: indicatorPageSchema },
      },
    },
    async (request) => {
      const system = systemOf(running, request.params.system);
      const row = packs.of(system).byId.get(request.params.indicator);
      if (row === undefined) {
        throw new Refusal(
          404,
          'No such indicator',
          `expected an id of the rule pack, found "${request.params.indicator.slice(0, 80)}"`,
        );
      }
      const trace = traceSchema.parse(await assessing.explain(system.id, row.id, request.query.asOf));
      return {
        text: textOf(row, knowledge.trustworthiness),
        trace,
        assets: namesInTrace(trace, (id) => nameOf(running, id)),
      };
    },
  );
  routes.post(
    '/systems/:system/decisions',
    {
      schema: {
        summary: "An owner's decision on a proposal, tied to the assessment it is made on",
        tags: ['practices'],
        params: z.object({ system: z.string() }),
        body: newDecisionSchema,
        response: { 201: practiceDecisionSchema },
      },
    },
    async (request, reply) => {
      const system = systemOf(running, request.params.system);
      const decision = request.body;
      const record = await assessing.recordAsOf(system.id, undefined);
      const proposed = record?.practices.find((each) => each.practice === decision.practice);
      if (proposed === undefined)
        throw new Refusal(409, 'Nothing to decide', `there is no proposal for ${decision.practice.slice(0, 20)} yet`);
      refuseUnfounded(decision, proposed.level);
      try {
        const kept = await recordDecision(store.db, store.keyring, {
          system: system.id,
          decision,
          at: running.now().toISOString(),
        });
        running.live.tell({ kind: 'decision', system: system.id, practice: decision.practice });
        return reply.status(201).send(kept);
      } catch (error) {
        if (error instanceof SupersededAssessment) {
          throw new Refusal(
            409,
            'A newer assessment exists',
            'the proposal has been assessed again since: look at it and decide on that one',
          );
        }
        throw error;
      }
    },
  );
}

export function practiceCodeOf(code: string): PracticeCode {
  if (!isPracticeCode(code)) throw noSuchPractice(code);
  return code;
}

function noSuchPractice(code: string): Refusal {
  return new Refusal(
    404,
    'No such practice',
    `expected one of ${practiceCodes.join(', ')}, found "${code.slice(0, 20)}"`,
  );
}

type Decision = z.infer<typeof newDecisionSchema>;

/** What each kind of decision needs, all at once. */
function refuseUnfounded(decision: Decision, proposed: number | null): void {
  const problems: string[] = [];
  const reason = (decision.reason ?? '').trim() !== '';
  switch (decision.kind) {
    case 'confirm':
      if (decision.level !== proposed)
        problems.push(`confirming takes the proposed level, ${proposed ?? 'not established'}`);
      break;
    case 'lower':
      if (decision.level === null || decision.level >= (proposed ?? 0))
        problems.push('a lower level than the proposed one');
      if (!reason) problems.push('a reason');
      break;
    case 'override':
      if (decision.level === null || decision.level <= (proposed ?? -1))
        problems.push('a higher level than the proposed one');
      if (!reason) problems.push('a reason');
      if ((decision.evidence ?? '').trim() === '') problems.push('the evidence it rests on');
      if (decision.until === undefined) problems.push('an end date');
      break;
  }
  if (problems.length > 0) throw new Refusal(422, 'Decision incomplete', `expected ${problems.join(' and ')}`);
}

function textOf(row: Row, tags: TrustworthinessTags): IndicatorText {
  return {
    ...{ id: row.id, practice: row.practice, level: row.level, core: row.core, method: row.method, self: row.self },
    ...{ question: row.question, why: row.why, minutes: row.minutes, packets: row.packets, effort: row.effort },
    ...(row.fix === undefined ? {} : { fix: row.fix }),
    ...(row.population === undefined ? {} : { population: row.population }),
    ...(row.min === undefined ? {} : { min: row.min }),
    ...(row.maxBad === undefined ? {} : { maxBad: row.maxBad }),
    facts: [...row.facts].sort(),
    paths: [...row.paths],
    references: [...row.references],
    serves: [...(tags.get(row.id) ?? [])],
  };
}
