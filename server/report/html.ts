/** The report as one HTML file that needs nothing else: two A4 pages for the owner, then a work list per asset. */
import { printable } from '../../collectors/evidence/text.ts';
import { levelNames, practices as model } from '../../rules/engine/model.ts';
import type { Effort, PracticeResult, UnknownReason } from '../../rules/engine/result.ts';
import { gaugePatterns, gaugeSvg } from './gauge.ts';
import type { AssetWork, Report } from './report.ts';
import { reportStyle } from './style.ts';

export function reportHtml(reports: readonly Report[]): string {
  const title = `Security maturity: ${reports.map(({ system }) => system).join(', ')}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title><style>${reportStyle}</style></head><body>
${gaugePatterns}
${reports.map(sheets).join('\n')}
</body></html>
`;
}

function sheets(report: Report): string {
  return `${levelsPage(report)}\n${nextPage(report)}\n${workPages(report)}`;
}

function levelsPage(report: Report): string {
  const rows = model.map(({ code, name, domain }, index) => {
    const result = report.practices.find(({ practice }) => practice === code);
    if (result === undefined) return '';
    const heading =
      model[index - 1]?.domain === domain ? '' : `<tr class="domain"><th colspan="5">${text(domain)}</th></tr>`;
    return `${heading}<tr><td class="code">${code}</td><td>${text(name)}</td><td>${gaugeSvg(result)}</td><td>${levelOf(result)}${confirmationOf(report, result)}</td><td>${fitOf(result)}</td></tr>`;
  });
  return `<section class="page"><h1>${text(report.system)}</h1>
<p class="verdict">${text(verdictOf(report))}</p>
<table class="levels"><thead><tr><th></th><th>Practice</th><th>Level and target</th><th>Proposed</th><th>Against target</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<p class="key">${gaugeSvg({ level: 1, ceiling: 2, assessedTo: 4, target: { level: 3, scope: 'general' } })} solid: holds; hatched: could not be seen; outlined: seen, and does not hold; ring: target. Dashed: not looked at.</p>
${foot(report)}</section>`;
}

function nextPage(report: Report): string {
  const decisions = report.decisions.map(({ question, act, assets, cost, buys, indicator }) => {
    const not = assets.length === 0 ? '' : ` Not so: ${listed(assets)}.`;
    const effort = typeof cost === 'string' ? effortWords[cost] : `${cost.minutes} min`;
    const row = indicator === undefined ? '' : `; <code>${text(indicator)}</code>`;
    return `<li><strong>${text(question + not)}</strong><br>${marked(act)}<br><span class="quiet">${text(buys)}; ${effort}${row}</span></li>`;
  });
  const unknown = report.notKnown.map(
    ({ reason, rows, practices, example }) =>
      `<tr><td class="number">${rows}</td><td><strong>${reasonWords[reason].word}</strong><br><span class="quiet">${reasonWords[reason].helps}</span></td><td>${practices.join(' ')}</td><td>${text(example)}</td></tr>`,
  );
  return `<section class="page"><h2>${report.decisions.length === 3 ? 'Three decisions' : 'Decisions'} to take</h2>
${decisions.length === 0 ? '<p>Nothing that was seen keeps a practice below its target. What is missing is knowledge, below.</p>' : `<ol>${decisions.join('')}</ol><p class="quiet">What does not hold can be mended, or accepted for a time by a named person: an exception or a deviation with reason and end, printed beside the level.</p>`}
<h2>What is not known, and why</h2>
${unknown.length === 0 ? '<p>Every core row up to the targets is known.</p>' : `<table class="unknown"><thead><tr><th>Rows</th><th>Why</th><th>Practices</th><th>For example</th></tr></thead><tbody>${unknown.join('')}</tbody></table>`}
${foot(report)}</section>`;
}

function workPages(report: Report): string {
  const { work } = report;
  if (work.length === 0) return '';
  return `<section class="work"><h1>Work lists, ${text(report.system)}</h1>
<p class="quiet">Per asset what is bad or unseen, up to the targets; worst assets first, ${work.length} in all. Assets with the same list share it.</p>
${[...Map.groupBy(work, ({ items }) => JSON.stringify(items)).values()].map(workList).join('\n')}</section>`;
}

/** Assets with the very same list share one: it is read once and worked off asset by asset. */
function workList(alike: readonly AssetWork[]): string {
  const items = alike[0]?.items ?? [];
  const names = alike.map(({ asset, name, kind, zone }) =>
    alike.length === 1
      ? `${text(name)} <span class="quiet">${text(asset)}, ${text(kind)}${zone === '' ? '' : `, ${text(zone)}`}</span>`
      : text(asset),
  );
  const heading =
    alike.length === 1 ? names.join('') : `${alike.length} assets: <span class="quiet">${names.join(', ')}</span>`;
  const rows = items.map(
    ({ state, reason, practice, level, question, fix, effort }) =>
      `<tr><td class="${state}">${state === 'bad' ? 'Not good' : `Unseen${reason === undefined ? '' : `: ${reasonWords[reason].word}`}`}</td><td class="code">${practice} ${level}</td><td>${text(question)}<br><span class="quiet">${marked(fix)}</span></td><td>${effortWords[effort]}</td></tr>`,
  );
  return `<article><h3>${heading}</h3>
<table><tbody>${rows.join('')}</tbody></table></article>`;
}

function verdictOf({ practices }: Report): string {
  const count = (fit: PracticeResult['fit']) => practices.filter((each) => each.fit === fit).length;
  const open = practices.filter(({ level }) => level === null).length;
  const parts = [
    `${count('at') + count('above')} of ${practices.length} practices reach their target`,
    `${count('below')} are below it`,
    `of ${count('unknown')} it is not known`,
  ];
  return `${parts.join(', ')}. ${open === 0 ? 'Every practice is established.' : `${open} are not established.`}`;
}

function levelOf({ level, ceiling }: PracticeResult): string {
  if (level === null) return '<span class="quiet">not established</span>';
  const range = ceiling > level ? `, could be ${ceiling}` : '';
  return `${level} ${levelNames[level]}${range}`;
}

/** What an owner decided stands beside what is proposed, and says so where the two differ. */
function confirmationOf({ confirmed }: Report, { practice, level }: PracticeResult): string {
  const decided = confirmed.find((each) => each.practice === practice);
  if (decided === undefined) return '';
  const what =
    decided.level === level ? 'confirmed' : `${decided.level === null ? 'not established' : decided.level} confirmed`;
  return `; <span class="quiet">${what} by ${text(decided.by)}</span>`;
}

function fitOf({ fit, level, target }: PracticeResult): string {
  if (target === undefined) return '';
  const gap = target.level - (level ?? 0);
  switch (fit) {
    case 'below':
      return `<strong class="below">${gap} below</strong>`;
    case 'above':
      return `${-gap} above`;
    case 'at':
      return 'at target';
    case 'unknown':
      return '<span class="unknown-word">unknown</span>';
  }
}

const effortWords: Readonly<Record<Effort, string>> = { S: 'days', M: 'weeks', L: 'months', XL: 'a programme' };

const reasonWords: Readonly<Record<UnknownReason, { word: string; helps: string }>> = {
  neverAsked: { word: 'never asked', helps: 'ask, or set up a probe: plimsoll interview' },
  notSeen: { word: 'could not see', helps: 'the observation says why' },
  stale: { word: 'stale', helps: 'look or ask again' },
  conflict: { word: 'conflicting', helps: 'a person decides between the sources' },
  guard: { word: 'inventory not trusted', helps: 'compare the inventory with what is there' },
  restsOn: { word: 'rests on another row', helps: 'settle that row first' },
  emptyPopulation: { word: 'nothing to count', helps: 'state that nobody and nothing belongs there' },
  notCovered: { word: 'not covered by Plimsoll', helps: 'a limit of the product, not a gap of the plant' },
};

function foot({ now, timeZone, pack, packHash, confirmed }: Report): string {
  const at = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    new Date(now),
  );
  return `<footer>As of ${text(at)} (${text(timeZone)}). Proposals of rule pack ${text(pack)}, <code>${text(packHash.slice(0, 15))}</code>. ${confirmed.length === 0 ? 'Levels are proposed, not confirmed.' : `Levels are proposed; of ${confirmed.length} an owner has confirmed one.`}</footer>`;
}

function listed(assets: readonly string[]): string {
  return assets.length > 5 ? `${assets.slice(0, 5).join(', ')} and ${assets.length - 5} more` : assets.join(', ');
}

/** Words of ours in which back ticks mark what is typed. */
function marked(raw: string): string {
  return text(raw).replace(/`([^`]+)`/g, '<code>$1</code>');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Device strings are text and nothing else. */
function text(raw: string): string {
  return printable(raw).replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
