/** The level gauge for paper: solid holds, hatched could not be seen, outlined is owed. No meaning in colour alone. */
import type { PracticeResult } from '../../rules/engine/result.ts';

type Shown = Pick<PracticeResult, 'level' | 'ceiling' | 'assessedTo' | 'target'> & {
  readonly indicators?: PracticeResult['indicators'];
};

/** An inline SVG of 118 by 24; it needs the pattern of `gaugePatterns` once on its page. */
export function gaugeSvg(result: Shown): string {
  const cells = [1, 2, 3, 4].map((level) => cellOf(level, result)).join('');
  const keel =
    result.level === null
      ? '<path d="M1 7v10" stroke="#7A858F" stroke-width="2" stroke-dasharray="2 2"/>'
      : '<rect x="0" y="7" width="2" height="10" fill="#0B6184"/>';
  return `<svg class="gauge" viewBox="-1 0 118 24" width="118" height="24" role="img" aria-label="${spokenOf(result)}">${keel}${cells}${targetOf(result)}</svg>`;
}

/** Hatching that all gauges of a page share. */
export const gaugePatterns =
  '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="unseen" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="#EFEEF9"/><path d="M0 0v4" stroke="#5D55B0" stroke-width="3"/></pattern></defs></svg>';

/** "Level 1, could be 2, target 3" */
export function spokenOf({ level, ceiling, assessedTo, target }: Shown): string {
  const start = level === null ? 'Not established' : `Level ${level}`;
  const could = ceiling > (level ?? 0) ? `, could be ${level === null ? 'up to ' : ''}${ceiling}` : '';
  const beyond = assessedTo < 4 && assessedTo < (target?.level ?? 0) ? `, not assessed above ${assessedTo}` : '';
  return `${start}${could}${beyond}${target === undefined ? '' : `, target ${target.level}`}`;
}

function cellOf(cell: number, { level, ceiling, assessedTo, target, indicators }: Shown): string {
  const seenBad = indicators?.some((row) => row.core && row.level === cell && row.status === 'notMet') === true;
  const x = 4 + 27 * (cell - 1);
  const inside = `x="${x + 0.5}" y="7.5" width="24" height="9" rx="1.5"`;
  const wanted = target?.level ?? 0;
  if (cell <= (level ?? 0) && target !== undefined && cell > wanted)
    return `<rect ${inside} fill="#C5DCE5" stroke="#0B6184"/>`;
  if (cell <= (level ?? 0)) return `<rect x="${x}" y="7" width="25" height="10" rx="1.5" fill="#0B6184"/>`;
  if (cell <= ceiling) return `<rect ${inside} fill="url(#unseen)" stroke="#5D55B0"/>`;
  if (cell > assessedTo && !seenBad) return `<rect ${inside} fill="none" stroke="#7A858F" stroke-dasharray="2 2"/>`;
  if (cell <= wanted)
    return `<rect x="${x + 0.75}" y="7.75" width="23.5" height="8.5" rx="1.5" fill="none" stroke="#B8321A" stroke-width="1.5"/>`;
  return `<path d="M${x} 12h25" stroke="#7A858F" stroke-opacity=".55"/>`;
}

function targetOf({ level, target }: Shown): string {
  if (target === undefined) return '';
  const x = 3 + 27 * target.level;
  const reached = level === target.level;
  const ring = `<circle cx="${x}" cy="12" r="4" fill="${reached ? '#12181D' : '#fff'}" stroke="#12181D" stroke-width="1.5"/>`;
  const halo = `<path d="M${x} 1.5v21" stroke="#fff" stroke-width="5"/><circle cx="${x}" cy="12" r="5.75" fill="#fff"/>`;
  const line = `<path d="M${x} 1.5V8M${x} 16v6.5" stroke="#12181D" stroke-width="1.5"/>`;
  return `${halo}${line}${ring}<path d="M${x} 8v8" stroke="${reached ? '#fff' : '#12181D'}" stroke-width="${reached ? 1 : 1.5}"/>`;
}
