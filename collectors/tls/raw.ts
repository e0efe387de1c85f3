/** What one look at a TLS endpoint brought back, before it is given a meaning. */
import type { Completed } from '../channel/handshake.ts';
import type { Basis } from '../contract/collector.ts';
import type { FirstFlight, TlsVersion } from '../contract/tls-wire.ts';
import type { HttpAnswer } from './http.ts';

export interface TlsRaw {
  host: string;
  port: number;
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
  /** Set when the newest version is known. */
  newest?: TlsVersion;
  /** Set when the next older version was asked for and refused, or there is none. */
  oldest?: { readonly version: TlsVersion; readonly basis: Basis };
  /** Whether old suites were asked for by themselves, to the point where the server refused. */
  oldSuites: 'notAsked' | 'accepted' | 'refused' | 'noSuchVersion';
  clientCertificate?: { readonly value: 'none' | 'requested' | 'required'; readonly basis: Basis } | 'ambiguous';
  /** Chains of handshakes that failed on our side before the library judged them. */
  anchors: readonly string[];
  http?: HttpAnswer & { readonly sentAt: Date; readonly readAt: Date };
  /** Why the library could not complete a handshake that the server would have gone on with. */
  ourLimit?: string;
}

export function emptyRaw(): TlsRaw {
  return { host: '', port: 0, answers: [], oldSuites: 'notAsked', anchors: [] };
}
