/**
 * What `assess()` reads. Everything is data: no clock, no network, no disk. Instants are RFC 3339 in UTC;
 * plant files and statements are turned into this shape by the server, which knows the site's time zone.
 */
import type { Bases, Unseen } from '../../collectors/contract/collector.ts';
import type { FactName, Facts } from '../../collectors/contract/vocabulary.ts';
import type { PracticeCode, Role, Scope } from './model.ts';

export type Level = 0 | 1 | 2 | 3 | 4;

export interface Target {
  readonly level: Level;
  readonly scope: Scope;
  readonly reason?: string;
}

export interface AssetView {
  readonly id: string;
  readonly name: string;
  readonly formerly: readonly string[];
  /** plc, broker, gateway ... the kinds of the plant file, without organisations. */
  readonly kind: string;
  readonly zone?: string;
  readonly type?: string;
  readonly criticality: 'low' | 'normal' | 'critical';
  /** undefined: nobody knows, which counts as exposed. */
  readonly exposed?: boolean;
  readonly safetyFunction: boolean;
  readonly vendor?: string;
  readonly model?: string;
  /** Declared interfaces and probes: `mqtt`, `opcua`, `http`, `https`, `ssh`, `vnc`, `modbus` ... lower case. */
  readonly protocols: readonly string[];
  /** `gone`: left the plant file without a retirement record, stays in every population as unseen. */
  readonly state: 'active' | 'gone' | 'retired';
  /** Its examination was declined; above 5 % of the critical assets this caps practices at level 2. */
  readonly declined?: boolean;
}

export interface OrganisationView {
  readonly id: string;
  readonly name: string;
  readonly relation: readonly string[];
  readonly critical: boolean;
}

export interface ZoneView {
  readonly id: string;
  readonly type?: string;
}

/** An asset of the plant by what the network shows of it. */
export interface StationView {
  readonly asset: string;
  readonly zone?: string;
  /** IP addresses, hardware addresses and host names in small letters; never empty. */
  readonly marks: readonly string[];
}

/** The whole plant as its network: every zone, every asset with an address, whichever system they belong to. */
export interface NetworkView {
  /** `networks`: `10.1.2.0/24`, as declared; empty where the plant file does not say. */
  readonly zones: readonly (ZoneView & { readonly networks: readonly string[] })[];
  readonly stations: readonly StationView[];
  readonly conduits: readonly { readonly id?: string; readonly from: string; readonly to: string }[];
}

export interface SystemView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly targets: Readonly<Partial<Record<PracticeCode, Target>>>;
  readonly assets: readonly AssetView[];
  readonly organisations: readonly OrganisationView[];
  readonly zones: readonly ZoneView[];
  /** Where stations that somebody saw are looked for; absent: none can be recognised. */
  readonly network?: NetworkView;
}

/** observation 1.0, imported 1.0, examined 0.85, document 0.7, stated 0.5 (assessment of evidence kinds). */
export const evidenceKinds = ['observation', 'imported', 'examined', 'document', 'stated'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

export type About =
  | { readonly kind: 'asset'; readonly id: string }
  | { readonly kind: 'organisation'; readonly id: string }
  | { readonly kind: 'system' };

/** Readings of one source at one instant. The order in which they are given never matters. */
export interface Evidence {
  readonly about: About;
  /** `tls`, `inventory`, `import:siem`, `statement:policy`, `derived`. */
  readonly source: string;
  /** What is looked at again: probe id, import file, statement id. Per channel and fact the newest reading counts. */
  readonly channel: string;
  readonly kind: EvidenceKind;
  readonly observedAt: string;
  /** Volatile facts included. */
  readonly facts: Facts;
  readonly unseen: Unseen;
  readonly basis: Bases;
  /** End of validity that the source itself names. */
  readonly validUntil?: string;
  /** Who says so, for statements; an examination counts as such only when `by` is not the author of what it examines. */
  readonly by?: string;
  readonly reviewer?: string;
  /** Digest of the observation, or id of the statement: the way down to the bytes. */
  readonly ref: string;
}

/**
 * What earlier looks of probes say: where they saw another value than the next one did, and since when versions are
 * looked at. Evidence holds the newest look of each; the engine itself reads no history, derivations do.
 */
export interface History {
  readonly turns: readonly Turn[];
  /** First sights of a version, by channel. */
  readonly firsts: readonly { readonly asset: string; readonly channel: string; readonly at: string }[];
}

/** Two successive looks that saw different values of a fact. */
export interface Turn {
  readonly asset: string;
  readonly channel: string;
  readonly fact: FactName;
  readonly before: LookAt;
  readonly after: LookAt;
}

interface LookAt {
  readonly at: string;
  readonly ref: string;
}

/** A decision about rows or members, made by a named person. */
export interface Decision {
  readonly id: string;
  readonly kind: 'notApplicable' | 'exception' | 'compensation' | 'deviation' | 'emptySet';
  /** One of the two for all kinds but emptySet; a fact stands for every row that reads it. */
  readonly indicator?: string;
  readonly fact?: FactName;
  /** Member ids; absent: the whole row. */
  readonly members?: readonly string[];
  /** Population expression or register that is empty. */
  readonly set?: string;
  readonly reason: string;
  readonly approver?: string;
  /** Row on which a compensation rests. */
  readonly boundTo?: string;
  readonly parameter?: string;
  readonly value?: number;
  readonly by: string;
  readonly on: string;
  readonly until: string;
}

export interface AssessInput {
  readonly now: string;
  readonly organisation: { readonly id: string; readonly name: string };
  readonly site: { readonly id: string; readonly timeZone: string };
  readonly system: SystemView;
  readonly evidence: readonly Evidence[];
  readonly decisions: readonly Decision[];
  /** Of probes; absent: all their looks are in the evidence. */
  readonly history?: History;
  /** Levels of the assessment before; facts about levels are unseen without them. */
  readonly previousLevels?: Readonly<Partial<Record<PracticeCode, Level | null>>>;
}
