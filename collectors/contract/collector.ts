/**
 * The contract between a collector and whoever runs it.
 *
 * A collector observes and never judges. `collect.ts` does the talking and fills a raw record; `facts.ts` turns
 * that record into facts and is pure. Attempts, deadlines, tiers and budgets are decided outside: a collector asks
 * leave before each request, makes it once, and lets whatever stops it pass through.
 */
import type { z } from 'zod';
import type { Credential, CredentialKind } from './credential.ts';
import type { FactName, Facts } from './vocabulary.ts';

/** How a run ended. What was seen before the end is kept whatever the outcome. */
export const outcomes = [
  'observed',
  'unreachable',
  'timedOut',
  'denied',
  'unsupported',
  'blocked',
  'aborted',
  'failed',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a promised fact is not there. */
export const unseenReasons = [
  'notTried',
  'unreachable',
  'timedOut',
  'denied',
  'unsupported',
  'blocked',
  'aborted',
  'failed',
  'ambiguous',
  'redacted',
] as const;
export type UnseenReason = (typeof unseenReasons)[number];

/** On what a fact rests: the thing's own authority, what it said of itself, one symptom, or a banner. Best first. */
export const bases = ['authoritative', 'stated', 'inferred', 'banner'] as const;
export type Basis = (typeof bases)[number];

/**
 * How far a look may go: documents and cloud, passive, one polite exchange, authenticated read, consented negative
 * test. There is no tier for writing.
 */
export const tiers = ['T0', 'T1', 'T2', 'T3', 'T4'] as const;
export type Tier = (typeof tiers)[number];

export function withinTier(needed: Tier, allowed: Tier): boolean {
  return tiers.indexOf(needed) <= tiers.indexOf(allowed);
}

export type Unseen = Readonly<Partial<Record<FactName, UnseenReason>>>;
export type Bases = Readonly<Partial<Record<FactName, Basis>>>;

/** Where to look. The address is pinned when the run is planned; a name is kept for SNI and certificate checks. */
export interface Target {
  /** As the plant file writes it, without credentials. */
  readonly url: string;
  /** Without the colon: `tls`, `mqtts`, `opc.tcp`, `snmp`, `file`. */
  readonly scheme: string;
  readonly host: string;
  /** The only address that this run may contact. Empty for documents. */
  readonly address: string;
  readonly port: number;
  /** URL path, or the absolute path of a document. */
  readonly path: string;
}

/** What is known before the first packet; plan and promises follow from it. */
export interface Setup<Options = unknown> {
  readonly scheme: string;
  readonly options: Options;
  readonly tier: Tier;
  /** Names of the negative tests (tier T4) that a valid consent covers. */
  readonly consents: ReadonlySet<string>;
  /** Whether a credential stands ready, and of which kind. */
  readonly credential?: CredentialKind;
}

export interface RequestBound {
  /** `tcp.connect`, `tls.hello`, `mqtt.subscribe`, `opcua.read`, `snmp.get` ... */
  readonly kind: string;
  readonly max: number;
}

export interface Manifest<Options = unknown> {
  /** Also the folder's name. */
  readonly id: string;
  readonly title: string;
  /** Semantic version; changes whenever the same answers would give other facts. */
  readonly version: string;
  /** URL schemes it takes; `file` marks that it reads a document (T0). */
  readonly schemes: readonly string[];
  readonly defaultPort: Readonly<Record<string, number>>;
  readonly options: z.ZodType<Options>;
  readonly credentials: readonly CredentialKind[];
  /** Negative tests it can make under a consent. */
  readonly tests: readonly string[];
  /** Every fact it promises for this setup, with the tier that the fact needs. */
  facts(setup: Setup<Options>): Partial<Record<FactName, Tier>>;
  /**
   * Asked only where people said so by name: the zone lists the id under `otIdentity`, and a controller's approval
   * under `for`. For protocols that know no log-in and are answered by what runs the process.
   */
  readonly optIn?: true;
  /** Lists of records that derivations make of what it saw, with every key that their rows read. */
  readonly leadsTo?: readonly FactName[];
  /** Options under which it promises facts that it otherwise does not: lists of what can be filled go by them too. */
  readonly variants?: readonly Options[];
  /** The same options with the least strain on the device: how controllers are looked at. Default: unchanged. */
  gentle?(options: Options): Options;
  /** What of these options only an asset that the plant file calls a laboratory (`lab: true`) may be asked, if anything. */
  labOnly?(options: Options): string | undefined;
  /** Upper bound of every kind of request; a run's ledger is a subset of it. Empty for documents. */
  requests(setup: Setup<Options>): readonly RequestBound[];
  /** Time after which the run is cut, in milliseconds. */
  readonly deadlineMs: number;
  /** Kind of the request that `Collector.timed` makes, where a connect cannot be timed: over datagrams. */
  readonly baseline?: string;
}

/** What a run may use. Everything that leaves the process passes through it. */
export interface Look<Options = unknown> extends Setup<Options> {
  readonly target: Target;
  readonly secret?: Credential;
  /** Anchors that the plant declares, PEM. */
  readonly trust: readonly string[];
  /** Who we say we are, so that operators find us in their logs: `plimsoll-north-3f9c (ot-desk@example.com)`. */
  readonly identity: { readonly clientId: string; readonly contact: string };
  /** A folder of the agent's own, for key pairs that a protocol needs. */
  readonly folder: string;
  /** Aborts at the deadline, at a safety stop and at the kill switch. Close everything when it does. */
  readonly signal: AbortSignal;
  now(): Date;
  /**
   * Asks leave for one request, waits for its turn, counts it. Call the result when the answer is there: that is the
   * latency the safety rules watch. Rejects when the run must end; let the rejection pass.
   */
  request(kind: string): Promise<() => void>;
  /** Bytes that no TCP socket accounts for (UDP). */
  sent(bytes: number): void;
  received(bytes: number): void;
  /** A line of the transcript: what was asked, what came back. Never a secret. */
  note(text: string): void;
  /**
   * Call as soon as an answer names the device's maker, before the next request.
   * @throws `Ended` when the plant file declares another (SAF-46); let it pass.
   */
  identified(maker: string): void;
  /**
   * Call when an answer says that the device is not well, before the next request: `ServerState is Failed`.
   * @throws `Ended` always (SAF-16); let it pass. What was seen is kept.
   */
  alarmed(what: string): never;
}

/** What a raw record means. Facts of volatile kind stand among the others; the runner tells them apart. */
export interface Reading {
  readonly facts: Facts;
  /** Reasons that the collector knows better than the outcome does. */
  readonly unseen?: Unseen;
  /** Facts not named here are `authoritative`. */
  readonly basis?: Bases;
  /** Names of facts or fields from which a secret was removed. */
  readonly redacted?: readonly string[];
}

export interface Collector<Options = unknown, Raw = unknown> {
  readonly manifest: Manifest<Options>;
  /** An empty record. */
  begin(): Raw;
  /**
   * Fills the record as answers arrive. Resolves when the look is complete; throws `Ended` when the device or our
   * limits end it; anything else that it throws is our bug (`failed`). What the record holds by then is kept.
   */
  collect(look: Look<Options>, raw: Raw): Promise<void>;
  /**
   * Makes one request of the kind `Manifest.baseline`, the least that such a device answers, and keeps nothing of the
   * answer: its time is what a look is compared with (SAF-13, SAF-17). Throws `Ended` where no answer came.
   */
  timed?(look: Look<Options>): Promise<void>;
  /** Pure: the same record gives the same facts. */
  read(raw: Raw, setup: Setup<Options>): Reading;
}

/** Ends a run with an outcome other than `observed`. */
export class Ended extends Error {
  readonly outcome: Exclude<Outcome, 'observed'>;
  /** Safety rule that ended it, where a collector is the one to see that. */
  readonly rule: string | undefined;

  constructor(
    outcome: Exclude<Outcome, 'observed'>,
    message: string,
    options?: ErrorOptions & { readonly rule?: string },
  ) {
    super(message, options);
    this.name = 'Ended';
    this.outcome = outcome;
    this.rule = options?.rule;
  }
}

const outcomeOfCode: Readonly<Record<string, Exclude<Outcome, 'observed'>>> = {
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable',
  EPIPE: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'unreachable',
  ETIMEDOUT: 'timedOut',
};

/** The end that a system error means, or undefined when the error is none of the network's. */
export function endedBy(error: unknown): Ended | undefined {
  if (error instanceof Ended) return error;
  const code = codeOf(error);
  const outcome = code === undefined ? undefined : outcomeOfCode[code];
  return outcome === undefined ? undefined : new Ended(outcome, `${code}`, { cause: error });
}

/** `code` of a system or protocol error, looking through causes. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
