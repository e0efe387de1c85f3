/** Sentences about steps, ticked steps and obstacles, composed from the catalogue. Pure. */
import type { Obstacle, RaisePage, RaiseStep, WhatIfPage } from '../../server/contract/advice.ts';
import type { SystemSummary } from '../../server/contract/api.ts';
import { words } from './catalogue.ts';
import { levelShort, listed } from './counting.ts';
import { numberOf } from './format.ts';

const says = words.raise;

type Cost = RaiseStep['cost'];
export type TickedPractice = WhatIfPage['practices'][number];

/** What is to be done, in the imperative; how the pack says to mend it stands elsewhere. */
export function doingOf(step: RaiseStep, fix: string | undefined): string {
  const { doing } = says;
  if (step.becomes === 'notApplicable') return doing.empty;
  if (step.reason === 'conflict') return doing.conflict;
  switch (step.kind) {
    case 'fix':
      return fix ?? doing.fix;
    case 'look': {
      const source = /^import:(.+)$/.exec(step.path)?.[1];
      return source === undefined ? doing.measured(step.path) : doing.imported(sourceWord(source));
    }
    case 'ask':
      return doing.ask(spaced(/^statement:(.+)$/.exec(step.path)?.[1] ?? ''));
    case 'examine':
      return doing.examine;
  }
}

/** Who can do it, as far as the plant file names anybody. */
export function whoOf(
  step: RaiseStep,
  people: { assetOwners: RaisePage['owners']; system: SystemSummary['owners'] | undefined },
): string {
  const { whoIs } = says;
  switch (step.kind) {
    case 'fix': {
      const owners = new Set(step.members.flatMap((member) => people.assetOwners[member] ?? []));
      return owners.size > 0 ? whoIs.owners(listed([...owners])) : whoIs.technical(people.system?.technical);
    }
    case 'look':
      return step.path.startsWith('import:') ? whoIs.import : whoIs.plimsoll;
    case 'ask':
      return whoIs.ask(people.system?.business ?? people.system?.technical);
    case 'examine':
      return whoIs.examine;
  }
}

export function becauseOf({ because, level, practice }: RaiseStep, of: string): string {
  const text = says.because[because];
  const reason = typeof text === 'string' ? text : text(level);
  return practice === of ? reason : `${says.inPractice(practice)}, ${reason}`;
}

/** `none if it is there, else 20 person days`; a sum of several steps reads `5 to 25 person days`. */
export function daysText({ days, daysAtMost }: Pick<Cost, 'days' | 'daysAtMost'>, of: 'step' | 'sum' = 'step'): string {
  const { cost } = says;
  if (daysAtMost === 0) return cost.none;
  if (days === daysAtMost) return cost.days(numberOf(days));
  return days === 0 && of === 'step'
    ? cost.atMost(numberOf(daysAtMost))
    : cost.range(numberOf(days), numberOf(daysAtMost));
}

export function costText(cost: Cost, of: 'step' | 'sum' = 'step'): string {
  return [
    daysText(cost, of),
    ...(cost.minutes > 0 ? [says.cost.minutes(Math.max(1, Math.round(cost.minutes)))] : []),
    ...(cost.packets > 0 ? [says.cost.packets(cost.packets)] : []),
  ].join(', ');
}

/** `With these 3 steps ACC goes from 1 to 2. Level 3 then still lacks 2 rows that are unknown.` */
export function simulationText(of: TickedPractice, steps: number, target: number | undefined): string {
  const { from, to, next, practice } = of;
  const moved =
    from.level === to.level
      ? says.stays(steps, practice, levelShort(to.level))
      : says.moves(steps, practice, levelShort(from.level), levelShort(to.level));
  const reached = target !== undefined && (to.level ?? 0) >= target && (from.level ?? 0) < target;
  const open = next === undefined ? '' : openText(of);
  return [
    moved,
    ...(reached ? [says.reaches] : []),
    ...(next === undefined || open === '' ? [] : [says.still(next.level, open)]),
  ].join(' ');
}

function openText({ next, gates }: TickedPractice): string {
  return listed(
    [
      ...(next === undefined || next.notMet === 0 ? [] : [says.notMetRows(next.notMet)]),
      ...(next === undefined || next.unknown === 0 ? [] : [says.unknownRows(next.unknown)]),
      ...gates.map((gate) => says.gates[gate]),
    ],
    6,
  );
}

/** What happens elsewhere; empty where nothing does. */
export function otherText({ from, to, rows }: TickedPractice): string {
  if (from.level !== to.level) return says.otherMoves(levelShort(from.level), levelShort(to.level));
  return rows.length === 0 ? '' : says.otherRows(rows.length);
}

export function obstacleText(obstacle: Obstacle, questionOf: (row: string) => string): string {
  const { obstacles } = says;
  switch (obstacle.kind) {
    case 'emptyLevel':
      return obstacles.emptyLevel(obstacle.level);
    case 'notCovered':
      return obstacles.notCovered(questionOf(obstacle.row));
    case 'restsOn':
      return obstacles.restsOn(obstacle.needs.map(questionOf).join(' '));
    case 'gate':
      return obstacle.gate === 'scope'
        ? obstacles.scope(obstacle.level)
        : obstacles.gates[obstacle.gate](obstacle.level);
  }
}

/** Short names of foreign systems that are no words by themselves. */
const sourceWords: Readonly<Record<string, string>> = {
  backup: 'the backup system',
  cmdb: 'the CMDB',
  config: 'the configuration files',
  dhcp: 'the DHCP server',
  edr: 'the EDR',
  firewall: 'the firewall',
  grc: 'the GRC tool',
  idp: 'the directory',
  lms: 'the training records',
  pki: 'the PKI',
  siem: 'the SIEM',
  threatmodel: 'the threat model',
  tickets: 'the ticket system',
  vpn: 'the VPN gateway',
};

function sourceWord(source: string): string {
  return sourceWords[source] ?? `the ${source} system`;
}

/** `riskAcceptance` reads `risk acceptance`. */
function spaced(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
