/** A question as the interview needs it, whoever ranked it. */
import type { FactName } from '../../../collectors/contract/vocabulary.ts';

export interface Lacking {
  readonly fact: FactName;
  readonly about: 'system' | 'organisation' | 'asset' | 'party' | 'register';
  readonly members: readonly string[];
  readonly keys: readonly string[];
  readonly types: readonly string[];
}

export interface Asked {
  readonly id: string;
  readonly rows: readonly { readonly id: string; readonly practice: string; readonly question: string }[];
  readonly lacks: readonly Lacking[];
  readonly empty?: string;
  readonly types: readonly string[];
  readonly minutes: number;
  readonly buys: string;
}

/** A value that somebody said, of these members. */
export interface Saying {
  readonly lack: Lacking;
  readonly members: readonly string[];
  readonly value: unknown;
}
