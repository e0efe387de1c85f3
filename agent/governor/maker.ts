/**
 * Whether a device says that another maker built it than the plant file does (SAF-46). Only names that we know count:
 * devices also name the maker of their protocol stack, and an unknown name proves nothing.
 */

/** One line per maker: names under which its devices speak of it, brands and former names included. */
const makers: readonly (readonly string[])[] = [
  ['abb', 'br', 'bernecker', 'hitachi energy'],
  ['advantech', 'bb smartworx'],
  ['beckhoff'],
  ['bosch', 'rexroth'],
  ['cisco', 'meraki'],
  ['eaton', 'moeller'],
  ['emerson', 'ge', 'general electric', 'fisher', 'rosemount', 'national instruments'],
  ['endresshauser', 'endress'],
  ['festo'],
  ['fanuc'],
  ['hirschmann', 'belden', 'garrettcom', 'lumberg'],
  ['honeywell'],
  ['hpe', 'hp', 'hewlett packard', 'hewlett', 'aruba', 'procurve'],
  ['juniper'],
  ['keyence'],
  ['kuka'],
  ['lenze'],
  ['mitsubishi', 'melsec'],
  ['moxa'],
  ['omron'],
  ['pepperlfuchs', 'pepperl'],
  ['phoenix', 'phoenix contact'],
  ['pilz'],
  ['rockwell', 'allen bradley', 'stratix'],
  ['schneider', 'modicon', 'telemecanique', 'apc', 'american power', 'square'],
  ['sew', 'seweurodrive'],
  ['sick'],
  ['siemens', 'ruggedcom', 'scalance', 'simatic', 'landis'],
  ['turck'],
  ['wago'],
  ['weidmuller', 'weidmueller'],
  ['westermo'],
  ['yaskawa', 'vipa', 'omron yaskawa'],
  ['yokogawa'],
];

/** The line of `makers` that a text names first, or undefined. */
export function makerOf(text: string): number | undefined {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[&.+']/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const line = ` ${words.join(' ')} `;
  const at = makers.findIndex((names) => names.some((name) => line.startsWith(` ${name} `)));
  return at < 0 ? undefined : at;
}

/** True when both names are known and belong to different makers. */
export function otherMaker(declared: string, seen: string): boolean {
  const [one, other] = [makerOf(declared), makerOf(seen)];
  return one !== undefined && other !== undefined && one !== other;
}
