/** Fourth part of the catalogue: texts of what raises a level, of the plan, and of the sides of trustworthiness. */
import type { Obstacle, PlanPage, RaiseStep } from '../../server/contract/advice.ts';
import type { Characteristic } from '../../server/contract/assessment.ts';
import { counted } from './counting.ts';

export const adviceWords = {
  raise: {
    title: 'What would raise it',
    lead: 'The smallest sets of steps that reach the level, cheapest first, worked out by the engine that assesses.',
    aims: 'What to reach',
    next: (level: string | undefined) => (level === undefined ? 'Next level' : `Next level, ${level}`),
    target: (level: number | undefined) => (level === undefined ? 'Target' : `Target, ${level}`),
    waysLabel: 'Sets of steps',
    way: (n: number, steps: number) => `Way ${n}: ${counted(steps, 'step')}`,
    more: 'There are further sets. These are the three that cost least.',
    simulation: 'If done and seen',
    simulationSays: 'A simulation by the engine on supposed answers. It is stored nowhere and changes no level.',
    today: 'today',
    afterwards: 'then',
    tickFirst: 'Tick steps to see the level that they would give.',
    working: 'Working it out.',
    all: 'Tick all steps',
    none: 'Clear',
    list: 'Steps',
    total: (cost: string) => `All together: ${cost}.`,
    moves: (steps: number, code: string, from: string, to: string) =>
      `With ${these(steps)} ${code} goes from ${from} to ${to}.`,
    stays: (steps: number, code: string, at: string) =>
      at === 'not established'
        ? `With ${these(steps)} ${code} stays not established.`
        : `With ${these(steps)} ${code} stays at ${at}.`,
    still: (level: number, open: string) => `Level ${level} then still lacks ${open}.`,
    unknownRows: (n: number) => counted(n, 'row that is unknown', 'rows that are unknown'),
    notMetRows: (n: number) => counted(n, 'row that is not met', 'rows that are not met'),
    gates: {
      examined: 'one row that was measured, or examined by somebody other than its author',
      operating: 'one row of its own that rests on more than statements',
      declined: 'a look at the critical assets whose examination was declined',
    },
    reaches: 'The target is then reached.',
    others: 'Other practices',
    otherMoves: (from: string, to: string) => `goes from ${from} to ${to}`,
    otherRows: (n: number) => `stays, with ${counted(n, 'row')} that ${n === 1 ? 'turns' : 'turn'} out better`,
    unfounded: ['counts for nothing yet: it rests on ', ', which is still open.'] as const,
    also: (codes: string) => `The same steps also raise ${codes}.`,
    holdsUntil: (date: string) => `Reached this way it holds until ${date}`,
    firstToLapse: ', when this lapses: ',
    fix: 'Fix',
    doing: {
      fix: 'Make the answer yes',
      measured: (collector: string) => `Look with the ${collector} probe`,
      imported: (source: string) => `Import it from ${source}`,
      ask: (what: string) => `Have it stated${what === '' ? '' : `: ${what}`}`,
      examine: 'Have it examined',
      empty: 'State that there is nothing to count, with a reason',
      conflict: 'Decide which of the sources holds, and state it',
    },
    who: 'Who',
    whoIs: {
      owners: (names: string) => names,
      technical: (name: string | undefined) => name ?? 'technical owner, nobody is named',
      plimsoll: 'Plimsoll, once the probe stands in the plant file',
      import: 'whoever keeps that system, by import',
      ask: (name: string | undefined) => `somebody who knows${name === undefined ? '' : `, or ${name}`}`,
      examine: 'somebody other than the author: an auditor or a colleague',
    },
    for: 'For',
    every: (n: number) => `Show all ${n}`,
    ifMissing: 'If it is missing',
    first: 'First',
    step: (n: number) => `step ${n}`,
    why: 'Why',
    because: {
      core: (level: number) => `core row of level ${level}`,
      needed: 'another step rests on it',
      scope: 'the scope of the target asks for it',
      examined: 'level 2 asks for a row that was seen',
      operating: 'level 3 asks for more than statements',
      declined: 'declined examinations hold the level down',
    } satisfies Record<RaiseStep['because'], string | ((level: number) => string)>,
    inPractice: (code: string) => `in ${code}`,
    effort: { S: 'days of work', M: 'weeks of work', L: 'months of work', XL: 'a programme' },
    cost: {
      days: (n: string) => `${n} person ${n === '1' ? 'day' : 'days'}`,
      atMost: (n: string) => `none if it is there, else ${n} person ${n === '1' ? 'day' : 'days'}`,
      range: (from: string, to: string) => `${from} to ${to} person days`,
      none: 'no work',
      minutes: (n: number) => `${n} min to ask and look`,
      packets: (n: number) => counted(n, 'packet'),
      lasts: (days: number) => `counts for ${counted(days, 'day')}`,
    },
    reached: {
      next: 'Level 4 is the highest: there is nothing above.',
      target: (level: number) => `The target, level ${level}, is reached: nothing has to be bought.`,
    },
    noTarget: 'No target is set for this practice. Write one in the plant file, under the system:',
    noTargetExample: (code: string) => `    targets: {default: 2, ${code}: 3}`,
    noTargetLabel: 'targets in the plant file',
    blocked: 'No set of steps reaches it:',
    obstacles: {
      emptyLevel: (level: number) => `The rule pack has no core row of level ${level} that applies here.`,
      notCovered: (question: string) => `Plimsoll has no way to see or ask: ${question}`,
      restsOn: (question: string) => `It rests on what cannot be met here: ${question}`,
      scope: (level: number) => `No row of an industry or system pack can raise the scope at level ${level}.`,
      gates: {
        examined: (level: number) => `No row up to level ${level} can be measured or examined.`,
        operating: (level: number) => `No row of level ${level} can rest on more than statements.`,
        declined: () => 'Too many critical assets were declined for an examination.',
      } satisfies Record<Exclude<Extract<Obstacle, { kind: 'gate' }>['gate'], 'scope'>, (level: number) => string>,
    },
    toPlan: 'The plan for all targets of the system',
    simulate: 'Choose steps and see the level',
  },
  plan: {
    title: 'Plan',
    about: (reached: number, targets: number) => `${reached} of ${counted(targets, 'target')} reached`,
    lead: 'From person days to targets, cheapest first. Each point is assessed by the engine on the supposed rows; nothing is stored.',
    working: 'Working out the plan. It takes some seconds.',
    chart: 'Targets reached by budget',
    chartSays: (targets: number, missing: string, holds: string) =>
      `${targets} targets. ${missing} ${holds} The table below says the same.`,
    endMissing: (reached: number, days: string) => `If all that is unknown is missing: ${reached} for ${days}.`,
    endHolds: (reached: number, days: string) => `If it is in place: ${reached} for ${days}.`,
    axis: { x: 'person days', y: 'targets reached' },
    key: {
      surely: 'reached even if all that is unknown is missing',
      perhaps: 'reached already if it is in place',
      all: 'all targets',
    },
    readings: 'Count what nobody has looked at as',
    reading: { missing: 'missing', holds: 'in place' },
    readingSays: {
      missing: 'The dearest case: every row that is unknown has to be paid for.',
      holds: 'The cheapest case: only what is known to be missing costs work; the rest has to be looked at or asked.',
    },
    columns: {
      target: 'Target',
      days: 'Person days',
      sum: 'In all',
      minutes: 'Minutes',
      reached: 'Reached',
      steps: 'Steps',
    },
    caption: 'What to do next, in this order',
    level: (level: number) => `to ${level}`,
    steps: (n: number) => counted(n, 'step'),
    of: (n: number, all: number) => `${n} of ${all}`,
    brings: (codes: string) => `also reaches ${codes}`,
    nothingToBuy: 'Every target is reached. There is nothing to buy.',
    noTargets:
      'No target is set, so that nothing is owed and nothing can be planned. Write targets in the plant file, under the system:',
    noTargetsExample: '    targets: {default: 2, ACC: 3}',
    noTargetsLabel: 'targets in the plant file',
    fresh: 'Nothing was assessed yet: this plan rests on the plant file and on statements alone.',
    unreachable: 'No money reaches',
    doNotSpend: 'Do not spend here',
    doNotSpendSays: 'More than the need is waste too.',
    why: {
      met: 'The target is met',
      noTarget: 'No target: nothing is owed',
      overSpend: 'More is there than any target asks for',
    } satisfies Record<PlanPage['doNotSpend'][number]['why'], string>,
    levelOf: (level: string, target: number | undefined) =>
      target === undefined ? `at ${level}` : `at ${level}, target ${target}`,
    clashes: 'Targets that do not fit together',
    clash: (practice: string, level: number, other: string, rowLevel: number, its: number | undefined) =>
      [
        `${practice} ${level} rests on a row of level ${rowLevel} of ${other}, `,
        its === undefined ? 'which has no target: ' : `whose target is ${its}: `,
      ].join(''),
    prices: 'Prices',
    pricesSay: (classes: string) => `Person days by effort class: ${classes}.`,
    pricesDefault: 'These are the defaults of Plimsoll. Write your own in the plant file:',
    pricesSome: (classes: string) => `${classes} stand in the plant file, the others are defaults:`,
    pricesOwn: 'They stand in the plant file.',
    pricesExample: (days: Record<string, number>) =>
      `costs: {${Object.entries(days)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ')}}`,
    pricesLabel: 'costs in the plant file',
  },
  sides: {
    label: 'Show only rows that also bear on',
    all: 'all rows',
    names: {
      safety: 'safety',
      reliability: 'reliability',
      resilience: 'resilience',
      privacy: 'privacy',
    } satisfies Record<Characteristic, string>,
    alsoTitle: 'Bears also on',
    also: (names: string) => `also bears on ${names}`,
    says: (shown: number, all: number, side: string) =>
      `${shown} of ${all} rows also bear on ${side}. Hiding the others changes no level: levels, counts and gates are those of all rows.`,
    none: (side: string) => `No row of this practice bears on ${side}.`,
    shown: (shown: number, all: number) => `${shown} of ${all} shown`,
    overview: {
      label: 'Show only practices with rows that also bear on',
      all: 'all practices',
      says: (shown: number, all: number, side: string) =>
        `${shown} of ${all} practices have rows that also bear on ${side}. Hiding the others changes no level: each is that of all rows of its practice.`,
      none: (side: string) => `No practice has rows that bear on ${side}.`,
      of: (side: string, parts: readonly string[]) => `${side}: ${parts.join(', ')}`,
    },
  },
  questions: {
    title: 'Questions',
    count: (n: number, minutes: number, more: boolean) =>
      `${more ? 'the first ' : ''}${counted(n, 'question')}, ${Math.round(minutes)} min of people’s time`,
    lead: 'What no probe can see, first what settles most per minute. What you answer stands as a statement with who said it, and lapses with its age.',
    answer: 'Answer them in a terminal, stop and go on when you like:',
    command: (system: string) => `npm run -s plimsoll -- interview PLANT.yaml --system ${system}`,
    none: 'Nothing is left to ask people of.',
    minutes: (n: number) => `${n} min`,
    types: (types: readonly string[]) => `may be answered by: ${types.join(', ')}`,
    about: (names: readonly string[], total: number) =>
      `about ${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}`,
    passedTitle: 'Passed over',
    passedSay: 'Somebody was asked and did not answer. The rows stay unknown; the interview asks again with --again.',
    passed: (why: 'unknown' | 'skipped', by: string | undefined, at: string) =>
      `${by === undefined ? '' : `${by}, `}${at}: ${why === 'unknown' ? 'not known' : 'left for later'}`,
  },
  facts: {
    more: (n: number) => `${n} more`,
    moreInEvidence: (n: number) => `${counted(n, 'more element')} in the evidence`,
    empty: 'an empty list',
    elements: (n: number) => counted(n, 'element'),
  },
} as const;

function these(steps: number): string {
  return steps === 1 ? 'this step' : `these ${steps} steps`;
}
