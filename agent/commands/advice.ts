/** `rules impact`, `rules raise`, `rules budget`, `rules incidents`: from saved evidence, nothing contacted or stored. */
import { dirname } from 'node:path';
import { collectors } from '../../collectors/registry.ts';
import { impact as impactOf, type PracticeImpact } from '../../rules/advice/impact.ts';
import { budgetCurve, type CurvePoint } from '../../rules/advice/money.ts';
import { type Raise, raise as raiseOf, type Step } from '../../rules/advice/raise.ts';
import { defaultCosts } from '../../rules/advice/ways.ts';
import { statusesOf } from '../../rules/advice/what-if.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import { type IncidentReplay, replayIncident } from '../../rules/engine/incident.ts';
import { isPracticeCode, practiceCodes } from '../../rules/engine/model.ts';
import { openKnowledge } from '../../server/knowledge.ts';
import { present } from '../../server/plant/present.ts';
import { UserError } from './end.ts';
import { printJson, say, table } from './print.ts';
import { openPack, shippedPack } from './product.ts';
import { openInputs } from './saved-evidence.ts';

interface Evidence {
  readonly plant: string;
  readonly observations?: string;
  readonly data?: string;
  readonly now?: Date;
  readonly json?: boolean;
}

const installed: ReadonlySet<string> = new Set(collectors.map(({ manifest }) => manifest.id));

/** Exit code 1 when a practice moves, so that a change of a pack can be held against a plant in CI. */
export async function impact(options: Evidence & { from: string; to: string }): Promise<number> {
  const from = openPack(options.from);
  const to = openPack(options.to);
  const { inputs } = await openInputs(options.plant, {
    ...evidenceOf(options),
    indicators: new Set([...from.byId.keys(), ...to.byId.keys()]),
  });
  const systems = inputs.map(({ id, name, input }) => ({ system: id, name, ...impactOf(from, to, input) }));
  if (options.json) printJson({ systems: systems.map(({ name: _, ...rest }) => rest) });
  else {
    for (const { name, edits, practices } of systems) {
      say(`${name}: ${edits.added} rows added, ${edits.removed} removed, ${edits.changed} changed`);
      if (practices.length === 0) say('  no practice moves');
      for (const each of practices) for (const line of impactLines(each)) say(`  ${line}`);
    }
  }
  return systems.some(({ practices }) => practices.length > 0) ? 1 : 0;
}

export async function raise(practice: string, options: Evidence & { to: 'next' | 'target' }): Promise<number> {
  const code = practice.toUpperCase();
  if (!isPracticeCode(code)) throw new UserError(`expected one of ${practiceCodes.join(', ')}, found "${practice}"`);
  const { inputs, costs } = await openInputs(options.plant, evidenceOf(options));
  const settings = { to: options.to, collectors: installed, costs: { ...defaultCosts, ...costs } };
  const systems = inputs.map(({ id, name, input, pack }) => {
    return { id, name, raise: raiseOf(pack, withDerived(pack, input), code, settings) };
  });
  if (options.json) printJson({ systems: systems.map(({ id, raise: found }) => ({ system: id, ...found })) });
  else for (const { name, raise: found } of systems) for (const line of raiseLines(name, found)) say(line);
  return 0;
}

export async function budget(options: Evidence & { unknown: 'missing' | 'holds'; costs?: CostTexts }): Promise<number> {
  const { inputs, costs } = await openInputs(options.plant, evidenceOf(options));
  const settings = {
    ...{ collectors: installed, unknown: options.unknown },
    costs: { ...costs, ...costsFrom(options.costs ?? []) },
  };
  const systems = inputs.map(({ id, name, input, pack }) => {
    return { id, name, curve: budgetCurve(pack, withDerived(pack, input), settings) };
  });
  if (options.json) printJson({ systems: systems.map(({ id, curve }) => ({ system: id, ...curve })) });
  else {
    for (const { name, curve } of systems) {
      say(`${name}: ${curve.reached.length} of ${curve.targets} targets reached`);
      for (const line of table([['days', 'targets', 'next', 'rows'], ...curve.points.map(pointCells)])) say(line);
      for (const { practice, obstacles } of curve.unreachable)
        say(`no money reaches ${practice}: ${obstacles.map(({ kind }) => kind).join(', ')}`);
      for (const { practice, level, restsOn, in: other, itsTarget } of curve.clashes)
        say(`${practice} ${level} rests on ${restsOn}, above the target of ${other} (${itsTarget ?? 'none'})`);
      for (const { practice, why } of curve.doNotSpend) say(`do not spend on ${practice}: ${notSpending[why]}`);
    }
  }
  return 0;
}

export async function incidents(options: Evidence): Promise<number> {
  const chains = openKnowledge(dirname(shippedPack), openPack()).incidents;
  const { inputs } = await openInputs(options.plant, evidenceOf(options));
  const systems = inputs.map(({ id, name, input, pack }) => {
    const statuses = statusesOf(assess(pack, withDerived(pack, input)));
    return { id, name, incidents: chains.map((chain) => replayIncident(chain, statuses)) };
  });
  if (options.json) printJson({ systems: systems.map(({ id, incidents: each }) => ({ system: id, incidents: each })) });
  else {
    for (const { name, incidents: each } of systems) {
      say(name);
      for (const line of table([['incident', 'today', 'broken at', 'by'], ...each.map(incidentCells)])) say(line);
    }
  }
  return 0;
}

function evidenceOf({ observations, data, now }: Evidence): Pick<Evidence, 'observations' | 'data' | 'now'> {
  return present({ observations, data, now });
}

type CostTexts = readonly string[];

/** `S=1 M=4` */
function costsFrom(texts: CostTexts): Partial<Record<'S' | 'M' | 'L' | 'XL', number>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', value = ''] = text.split('=');
      const days = Number(value);
      if (!['S', 'M', 'L', 'XL'].includes(name) || value === '' || !(days >= 0) || !Number.isFinite(days))
        throw new UserError(`expected S, M, L or XL and person days, such as M=4, found "${text}"`);
      return [name, days];
    }),
  );
}

const notSpending = {
  met: 'its target is met',
  noTarget: 'nothing is owed, it has no target',
  overSpend: 'more is there than any target asks for',
} as const;

function pointCells({ budget: days, reached, practice, level, steps }: CurvePoint): string[] {
  return [String(days), String(reached.length), `${practice} ${level}`, steps.map(({ row }) => row).join(' ')];
}

function impactLines({ practice, from, to, why, also }: PracticeImpact): string[] {
  const word = (level: number | null) => level ?? 'not established';
  const line = (change: (typeof why)[number]) =>
    `  ${change.row} (${change.edit}): ${change.from ?? 'not there'} -> ${change.to ?? 'not there'}`;
  return [
    `${practice}: level ${word(from.level)} -> ${word(to.level)}, at most ${from.ceiling} -> ${to.ceiling}, ${from.fit} -> ${to.fit}`,
    ...why.map(line),
    ...(also.length === 0 ? [] : [`  and ${also.length} more rows that do not decide it`]),
  ];
}

function raiseLines(name: string, { practice, from, to, reached, sets, more, obstacles }: Raise): string[] {
  const aim = to === undefined ? 'nothing to reach' : `to ${to.level}${reached ? ', reached' : ''}`;
  return [
    `${name}, ${practice}: ${from ?? 'not established'}, ${aim}`,
    ...obstacles.map((each) => `  in the way: ${JSON.stringify(each)}`),
    ...sets.flatMap(({ steps, cost, holdsUntil, firstToLapse }, index) => [
      `  way ${index + 1}: ${cost.days} to ${cost.daysAtMost} person days, ${cost.minutes} minutes, ${cost.packets} packets`,
      ...steps.map(stepLine),
      ...(holdsUntil === undefined
        ? []
        : [`    holds until ${holdsUntil}${firstToLapse === undefined ? '' : ` (${firstToLapse})`}`]),
    ]),
    ...(more ? ['  and further ways'] : []),
  ];
}

function stepLine({ kind, row, path, effort, members, after }: Step): string {
  const of = members.length === 0 ? '' : `, ${members.length > 3 ? `${members.length} members` : members.join(', ')}`;
  return `    ${kind.padEnd(8)}${row} by ${path}, ${effort}${of}${after.length === 0 ? '' : `, after ${after.join(', ')}`}`;
}

function incidentCells({ incident, verdict, brokenAt }: IncidentReplay): string[] {
  return [incident, verdict, brokenAt?.step ?? '', brokenAt?.rows.join(' ') ?? ''];
}
