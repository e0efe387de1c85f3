/** What one look at a broker brought back, before it is given a meaning. */
import { noSight, type TlsSight } from '../channel/tls-sight.ts';
import type { Basis } from '../contract/collector.ts';
import type { AccessRule } from './access-list.ts';
import type { Version } from './answers.ts';
import type { BrokerConfiguration } from './configuration.ts';
import type { EmqxReading } from './emqx-facts.ts';

export type Attempt =
  | { readonly kind: 'accepted'; readonly version: Version }
  | { readonly kind: 'refused'; readonly version: Version; readonly code: number }
  | { readonly kind: 'hungUp' }
  /** `why` is the name of the alert where there was one. */
  | { readonly kind: 'tlsRefused'; readonly why: string };

export interface MqttRaw {
  readonly sight: TlsSight;
  /** CONNECT without credentials. */
  anonymous?: Attempt;
  /** CONNECT with our own credential, or why it was not sent. */
  own?: Attempt | { readonly kind: 'withheld'; readonly why: string };
  /** How our own credential proves itself. */
  ownMethods: readonly ('password' | 'certificate')[];
  /** SUBACK codes of the version topics; undefined entry: the broker hung up. */
  versionCodes?: readonly number[] | undefined;
  versionAsked: boolean;
  readonly texts: Map<string, string>;
  /** `inferred` where the broker hung up instead of refusing. */
  foreign?: { readonly value: 'delivered' | 'grantedSilent' | 'refused'; readonly basis: Basis; readonly at: Date };
  canary?: { readonly value: 'granted' | 'refused'; readonly basis: Basis };
  /** A subscription to everything. */
  wildcard?: { readonly value: 'granted' | 'refused'; readonly basis: Basis };
  /** The one attempt of a test identity that must be refused. */
  identityTest?: { readonly attempt: Attempt; readonly at: Date };
  /** A CONNECT was on its way. */
  greeted: boolean;
  configuration?: BrokerConfiguration;
  /** Of EMQX instead of mosquitto. */
  emqx?: EmqxReading;
  /** Access lists by the name that the configuration gives them. */
  readonly accessLists: Map<string, readonly AccessRule[]>;
}

export function emptyRaw(): MqttRaw {
  return {
    sight: noSight(),
    ownMethods: [],
    versionAsked: false,
    greeted: false,
    texts: new Map(),
    accessLists: new Map(),
  };
}
