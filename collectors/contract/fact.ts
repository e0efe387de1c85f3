/**
 * How a fact is declared. A fact is one named, typed statement; `vocabulary.ts` holds all of them.
 * Facts are what was seen (versions, suites, dates), never verdicts or ages.
 */

export type Subject = 'asset' | 'interface' | 'instance' | 'system' | 'organisation';

/**
 * How readings of several probes of one asset become one value (subject `interface`). `union` may also stand at a list
 * about the asset itself: then each source names what it saw, and none of them says that this is all.
 */
export type Combine =
  | 'any'
  | 'all'
  | 'earliest'
  | 'latest'
  | 'lowest'
  | 'highest'
  | 'weakest'
  | 'strongest'
  | 'union'
  | 'sum';

/** Type of one key of a list-of-records fact; a list of words is a closed set. */
export type KeyType =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'timestamp'
  | 'duration'
  | 'string[]'
  | readonly string[];

export type Keys = { readonly id: KeyType } & { readonly [key: string]: KeyType };

export interface Common {
  readonly subject: Subject;
  /** Age in days at which screens call a reading old and the plan looks again. */
  readonly days: number;
  /** Who may fill it: collectors, `inventory`, `derived`, `feeds`, `import:KIND`, `statement:TYPE`. */
  readonly from: readonly string[];
  readonly means: string;
  /** Moves by itself from look to look: kept with the observation, outside the hashed document. */
  readonly volatile: boolean;
  readonly unit?: string;
  readonly combine?: Combine;
}

export type FactDefinition = Common &
  (
    | { readonly type: 'boolean' | 'integer' | 'number' | 'string' | 'timestamp' | 'duration' }
    | { readonly type: 'enum'; readonly values: readonly string[] }
    | { readonly type: 'string[]'; readonly values?: readonly string[] }
    | { readonly type: 'object[]'; readonly keys: Keys }
  );

export type FactType = FactDefinition['type'];

interface Spec {
  readonly days: number;
  readonly from: string;
  readonly means: string;
  readonly volatile?: true;
  readonly unit?: string;
  readonly combine?: Combine;
}

/** Builders for the facts of one subject; the value types survive into `FactValue`. */
export function factsAbout(subject: Subject) {
  function common(spec: Spec, unit?: string): Common {
    const named = spec.unit ?? unit;
    return {
      subject,
      days: spec.days,
      from: spec.from.split(', '),
      means: spec.means,
      volatile: spec.volatile ?? false,
      ...(named === undefined ? {} : { unit: named }),
      ...(spec.combine === undefined ? {} : { combine: spec.combine }),
    };
  }
  return {
    boolean: (spec: Spec) => ({ ...common(spec), type: 'boolean' }) as const,
    integer: (spec: Spec) => ({ ...common(spec), type: 'integer' }) as const,
    number: (spec: Spec) => ({ ...common(spec), type: 'number' }) as const,
    text: (spec: Spec) => ({ ...common(spec), type: 'string' }) as const,
    timestamp: (spec: Spec) => ({ ...common(spec), type: 'timestamp' }) as const,
    duration: (spec: Spec) => ({ ...common(spec, 's'), type: 'duration' }) as const,
    choice: <const V extends readonly string[]>(spec: Spec & { values: V }) =>
      ({ ...common(spec), type: 'enum', values: spec.values }) as const,
    list: <const V extends readonly string[] = readonly string[]>(spec: Spec & { values?: V }) =>
      ({
        ...common(spec),
        type: 'string[]',
        ...(spec.values === undefined ? {} : { values: spec.values }),
      }) as Common & {
        readonly type: 'string[]';
        readonly values?: V;
      },
    records: <const K extends Keys>(spec: Spec & { keys: K }) =>
      ({ ...common(spec), type: 'object[]', keys: spec.keys }) as const,
  };
}

type KeyValue<K> = K extends readonly (infer Word)[]
  ? Word
  : K extends 'boolean'
    ? boolean
    : K extends 'integer' | 'number' | 'duration'
      ? number
      : K extends 'string[]'
        ? readonly string[]
        : string;

/** An element of a list-of-records fact: its id, and whichever other keys were seen. */
export type Element<K> = { readonly id: K extends { id: infer I } ? KeyValue<I> : string } & {
  readonly [Key in Exclude<keyof K, 'id'>]?: KeyValue<K[Key]>;
};

export type ValueOf<D> = D extends { type: 'boolean' }
  ? boolean
  : D extends { type: 'integer' | 'number' | 'duration' }
    ? number
    : D extends { type: 'enum'; values: readonly (infer Word)[] }
      ? Word
      : D extends { type: 'string[]'; values?: readonly (infer Word)[] }
        ? readonly Word[]
        : D extends { type: 'object[]'; keys: infer K }
          ? readonly Element<K>[]
          : string;
