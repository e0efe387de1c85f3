/** The record of a look at a TLS endpoint, apart from the code that connects. */
import type { Basis } from '../contract/collector.ts';
import type { FirstFlight, TlsVersion } from '../contract/tls-wire.ts';
import type { Started } from './clear-start.ts';
import type { Completed } from './handshake.ts';

/** What a look at a TLS endpoint brought back, before it is given a meaning. */
export interface TlsSight {
  /** Name that the certificate is compared with. */
  host: string;
  port: number;
  /** What the first connection heard before TLS; undefined where TLS begins at once. */
  started?: Started;
  /** Undefined until TCP accepted or refused. */
  listening?: boolean;
  at?: Date;
  /** Every answer that chose a version and a suite. */
  readonly answers: {
    readonly flight: FirstFlight & { readonly version: TlsVersion; readonly suite: number };
    /** The suite's registry name. */
    readonly suite: string;
    readonly completed?: Completed;
  }[];
  newest?: TlsVersion;
  /** Set when the next older version was asked for and refused, or there is none. */
  oldest?: { readonly version: TlsVersion; readonly basis: Basis };
  /** Whether old suites were asked for by themselves, to the point where the server refused. */
  oldSuites: 'notAsked' | 'accepted' | 'refused' | 'noSuchVersion';
  clientCertificate?: { readonly value: 'none' | 'requested' | 'required'; readonly basis: Basis } | 'ambiguous';
  /** Anchors that the plant declares, PEM. */
  anchors: readonly string[];
}

export function noSight(): TlsSight {
  return { host: '', port: 0, answers: [], oldSuites: 'notAsked', anchors: [] };
}
