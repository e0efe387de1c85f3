/**
 * A plant as everything behind the plant file sees it: parsed, checked, defaults filled in, dates turned into UTC
 * instants, paths absolute. `plant-file.ts` holds the schema of the file itself.
 */
import type { Tier } from '../../collectors/contract/collector.ts';

export const assetKinds = [
  'plc',
  'rtu',
  'drive',
  'robot',
  'relay',
  'safety',
  'sensor',
  'actuator',
  'meter',
  'camera',
  'server',
  'historian',
  'hmi',
  'workstation',
  'laptop',
  'gateway',
  'edgehost',
  'router',
  'switch',
  'firewall',
  'accesspoint',
  'modem',
  'networksensor',
  'broker',
  'cloudservice',
  'account',
] as const;
export type AssetKind = (typeof assetKinds)[number];

export const touches = ['none', 'passive', 'identify', 'read'] as const;
/** How far we may go in a zone: nothing at all, passive only, one polite exchange (T2), authenticated read (T3). */
export type Touch = (typeof touches)[number];

/** Protocols without log-in that a zone opens one by one for the question "who are you". */
export const otProtocols = ['modbus', 'enip', 'bacnet'] as const;

export type OtProtocol = (typeof otProtocols)[number];

export interface Plant {
  /** Absolute path of the plant file, and the SHA-256 digest of its content. */
  readonly file: string;
  readonly hash: string;
  readonly validUntil?: string;
  /** Who signed file, tables and anchors, and the key's fingerprint; absent where nobody asked for a signature. */
  readonly signedBy?: { readonly name: string; readonly key: string };
  readonly organisation: { readonly id: string; readonly name: string };
  readonly site: {
    readonly id: string;
    readonly name: string;
    readonly timeZone: string;
    readonly contact?: string;
    readonly notices?: readonly Notice[];
    /** Models that published advisories call fragile (SAF-29). */
    readonly fragile?: readonly FragileModel[];
    /** Who vouches for the agent's clock where nothing on its machine says whether it is synchronised (SAF-10). */
    readonly clock?: { readonly vouchedBy: string };
  };
  /** PEM texts of the declared anchors. */
  readonly trust: readonly string[];
  /** Where each secret lies, never what it is. */
  readonly credentials: Readonly<Record<string, CredentialSource>>;
  readonly types: readonly AssetType[];
  readonly zones: readonly Zone[];
  readonly conduits: readonly Conduit[];
  readonly systems: readonly PlantSystem[];
  /** Every asset once, by id; systems refer to them. */
  readonly assets: readonly Asset[];
  readonly organisations: readonly Organisation[];
  readonly retired: readonly Retirement[];
  readonly consents: readonly Consent[];
  /** Person days by effort class, as far as the file states them; read by the plan, never by an assessment. */
  readonly costs?: { readonly S?: number; readonly M?: number; readonly L?: number; readonly XL?: number };
  /** Absolute paths of statement files, in the order of the file. */
  readonly statements: readonly string[];
  readonly imports: readonly { readonly file: string; readonly source: string }[];
  /** Absolute paths of the anchors and inventory tables that were read with the file: a copy of it needs them too. */
  readonly companions?: readonly string[];
  /** Every default that was filled in, for `plant check`: path in the file and what was assumed. */
  readonly assumed: readonly { readonly path: string; readonly value: string }[];
}

/** Where operations are told of a scan before its first packet (SAF-50). Without a required one that was told: no scan. */
export type Notice = { readonly required: boolean } & (
  | { readonly file: string }
  | { readonly webhook: { readonly env: string } | { readonly file: string } }
  | { readonly mail: Mailbox }
);

/** A model that is only listened to, whatever its firmware, and the advisory that says why. */
export interface FragileModel {
  readonly maker: string;
  readonly model: string;
  readonly reason: string;
  readonly reference: string;
}

/** Where a mail goes and by which server: `smtps://HOST[:465]`, or `smtp://HOST[:587]`, which has to offer STARTTLS. */
export interface Mailbox {
  readonly to: readonly string[];
  readonly from: string;
  readonly server: string;
  /** Name of a credential with user name and password. */
  readonly credential?: string;
}

/** Fields as in the plant file; each secret is `{env}` or `{file}`. */
export interface CredentialSource {
  readonly kind: 'password' | 'certificate' | 'community' | 'usm' | 'sshKey' | 'aws';
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, { readonly env: string } | { readonly file: string }>>;
}

export interface AssetType {
  readonly id: string;
  /** undefined: not stated, counts as able to do everything. */
  readonly capabilities?: readonly string[];
  /** When the maker's support for the type ends. */
  readonly supportEnds?: string;
  /** Why devices of this type are only listened to: an advisory, or what happened once (SAF-29). */
  readonly fragile?: string;
}

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly type?:
    | 'process'
    | 'supervision'
    | 'safety'
    | 'dmz'
    | 'business'
    | 'remote'
    | 'vendor'
    | 'cloud'
    | 'internet';
  readonly exposed?: boolean;
  /** Address ranges of the zone, `10.1.2.0/24`: to recognise what others saw. Nothing in them is ever contacted. */
  readonly networks?: readonly string[];
  /** undefined: the zone does not say; `passive`, or `read` for loopback targets. */
  readonly touch?: Touch;
  /** Which of these protocols may be used to ask devices who they are; undefined: none. */
  readonly otIdentity?: readonly OtProtocol[];
  /** Weekly windows in the site's zone, `Tue 09:00-15:00`. Empty: at all times. */
  readonly windows: readonly string[];
  /** Intervals in which nothing may run: `2026-12-24 00:00/2027-01-02 00:00`, or weekly ones. */
  readonly blackouts: readonly string[];
  /** Weekly times in which somebody who can react is there; controllers are looked at only then (SAF-36). */
  readonly shifts?: readonly string[];
  readonly link: 'ethernet' | 'fibre' | 'wifi' | 'radio' | 'cellular' | 'satellite' | 'battery';
  /** Bytes that all looks into the zone may cost in a day (UTC), both directions; default by link (SAF-47). */
  readonly bytesPerDay?: number;
  /** While this file exists, nothing runs in the zone: the plant says that it is starting, stopping or changing over (SAF-20). */
  readonly holdFile?: string;
  readonly heartbeat?: Heartbeat;
  readonly stopContact?: string;
  readonly stopProcedure?: string;
  readonly agent?: string;
}

/** A number that the plant writes into a file: outside its band, or too old, the zone is left alone (SAF-49). */
export interface Heartbeat {
  readonly file: string;
  readonly min?: number;
  readonly max?: number;
  readonly maxAgeSeconds: number;
}

export interface Conduit {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

export interface PlantSystem {
  readonly id: string;
  readonly name: string;
  readonly role: 'owner' | 'supplier' | 'serviceProvider';
  readonly owners: {
    readonly business?: string;
    readonly technical?: string;
    readonly deputy?: string;
    /** When the business owner last said to be it. */
    readonly confirmed?: string;
  };
  readonly profile?: string;
  /** `default` already applied: a practice without an entry has no target. */
  readonly targets: Readonly<Record<string, TargetLevel>>;
  /** Cron expression in the site's zone. */
  readonly schedule?: string;
  /** Asset ids, references to assets of other systems included. */
  readonly assets: readonly string[];
  readonly organisations: readonly string[];
}

export interface TargetLevel {
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly scope: 'general' | 'industry' | 'system';
  readonly reason?: string;
}

export interface Interface {
  readonly port: number;
  readonly transport: 'tcp' | 'udp';
  readonly protocol: string;
  readonly tls?: boolean;
  readonly crossesZone?: boolean;
}

export interface Asset {
  readonly id: string;
  readonly name: string;
  readonly formerly: readonly string[];
  readonly kind: AssetKind;
  /** Zone id; assets without one stand in the zone `unzoned`, which no file describes. */
  readonly zone: string;
  readonly criticality: 'low' | 'normal' | 'critical';
  /** Whether the file says so, or the kind does. */
  readonly criticalityStated?: boolean;
  readonly exposed?: boolean;
  readonly safetyFunction: boolean;
  /** Key of the asset type; default vendor-model-kind. */
  readonly type: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly interfaces: readonly Interface[];
  readonly owner?: string;
  readonly host?: string;
  /** Further IP addresses, hardware addresses and host names by which it is recognised; never contacted. */
  readonly addresses?: readonly string[];
  readonly redundancyGroup?: string;
  /** Id of the gateway or bus master through which it is reached: one look at a time behind it (SAF-05). */
  readonly behind?: string;
  /** Whose decision it is to look at this device over a slow link, and until when (SAF-47). */
  readonly overLink?: { readonly by: string; readonly until: string };
  readonly approval?: Approval;
  /** End of this entry of the target list. */
  readonly expires?: string;
  readonly maxTier: Tier;
  readonly lab: boolean;
  readonly probes: readonly Probe[];
  /** Further fields of an inventory table that are facts: serial, firmware version, location ... */
  readonly stated: Readonly<Record<string, string>>;
  /** Where the asset stands: file and line, for messages. */
  readonly at: string;
}

/** What a maker or integrator allowed on a controller (SAF-45). */
export interface Approval {
  readonly by: string;
  readonly contract?: string;
  /** When it was given. */
  readonly on?: string;
  /** Collectors that it names. undefined: all except those that must be named (`optIn`). */
  readonly for?: readonly string[];
  readonly until: string;
}

export interface Probe {
  readonly id: string;
  readonly collector: string;
  /** As the plant file writes it; a document's as `file:///absolute/path`. */
  readonly url: string;
  readonly credential?: string;
  /** As the collector's options schema parsed them. */
  readonly options: unknown;
}

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly relation: readonly string[];
  readonly criticality: 'low' | 'normal' | 'critical';
}

export interface Retirement {
  readonly id: string;
  readonly system: string;
  readonly on: string;
  readonly reason: string;
  readonly by: string;
  readonly identitiesRevoked: boolean;
}

export interface Consent {
  readonly id: string;
  readonly system: string;
  readonly assets: readonly string[];
  /** `mqtt.anonymous` ... as collectors name them. */
  readonly tests: readonly string[];
  readonly by: string;
  readonly reason: string;
  readonly on: string;
  readonly until: string;
  readonly contact?: string;
}

/** One thing wrong with a file. All of a file's problems are reported together, before anything is contacted. */
export interface Problem {
  readonly file: string;
  /** From 1; 0 where a file has no lines. */
  readonly line: number;
  /** `systems[0].assets[3].kind` */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
}
