/** Suppliers and partners. */
import type { Member } from './members.ts';

export interface Party extends Member {
  readonly relation: ReadonlySet<string>;
  readonly critical: boolean;
}
