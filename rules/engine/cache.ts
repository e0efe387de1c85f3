/** What one assessment leaves for the next of the same system. */
import type { EvidenceIndex } from './evidence-index.ts';
import type { Judging } from './judging.ts';
import type { Pack } from './pack.ts';

export interface Remembered {
  readonly pack: Pack;
  readonly index: EvidenceIndex;
  readonly now: Judging;
  /** With statements that lapsed of late. */
  readonly grace?: Judging | undefined;
  /** Without loosened numbers. */
  readonly strict?: Judging | undefined;
}

/**
 * Makes `assess()` cost what changed since the assessment before, never what it says: with a cache and without, the
 * same pack and input give the same bytes. One cache serves one system; it holds what the newest assessment was made
 * from. Evidence that the cache has seen must not be changed in place: an input with other evidence has other objects.
 */
export class AssessmentCache {
  private remembered: Remembered | undefined;

  /** What is known under exactly this pack. */
  knownUnder(pack: Pack): Remembered | undefined {
    return this.remembered?.pack === pack ? this.remembered : undefined;
  }

  keep(remembered: Remembered): void {
    this.remembered = remembered;
  }

  clear(): void {
    this.remembered = undefined;
  }
}

export function createAssessmentCache(): AssessmentCache {
  return new AssessmentCache();
}
