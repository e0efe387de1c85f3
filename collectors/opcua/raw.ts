/** What one look at an OPC UA server brought back, before it means anything. */

export const modes = ['none', 'sign', 'signAndEncrypt'] as const;
export type Mode = (typeof modes)[number];
export const tokenTypes = ['anonymous', 'password', 'certificate', 'issuedToken'] as const;
export type TokenType = (typeof tokenTypes)[number];

/** An endpoint description as the server returned it. The URL is recorded and never contacted. */
export interface Endpoint {
  readonly url: string;
  /** Undefined when the server sends a mode that does not exist. */
  readonly mode: Mode | undefined;
  readonly policyUri: string;
  readonly transportProfileUri: string;
  readonly tokens: readonly { readonly type: TokenType; readonly policyUri: string }[];
  /** DER, leaf first; empty on endpoints without security. */
  readonly chain: readonly Buffer[];
  readonly applicationUri: string;
}

/** Answer to the read of one value: what was read, or the name of the status that refused it. */
export type Answer = { readonly value: unknown } | { readonly status: string };

export interface Sample {
  /** Nodes whose attribute came back, and of these the ones that may be written or called. */
  variables: number;
  writable: string[];
  methods: number;
  executable: string[];
  /** Nodes that were found, whether the attribute came back or not. */
  found: number;
}

/** How far the configured credential got. */
export type CredentialState = 'notTried' | 'used' | 'accepted' | 'denied' | 'withheld';

export interface OpcuaRaw {
  /** Undefined until the TCP connection was tried. */
  listening?: boolean;
  answeredAt?: string;
  endpoints?: readonly Endpoint[];
  /** What the look needs to place and judge certificates. */
  port: number;
  host: string;
  trust: readonly string[];
  credential: CredentialState;
  /** By node id in namespace 0. */
  values: Map<number, Answer>;
  /** Our clock before and after the server's was read. */
  clock?: { readonly askedMs: number; readonly answeredMs: number };
  /** Serial numbers of the devices that the companion model lists; undefined: not looked for. */
  devices?: { readonly count: number; readonly serial?: Answer } | { readonly status: string };
  roles?: { readonly names: readonly string[] } | { readonly status: string };
  sample?: Sample;
  /** Consented tests: whether the server let us in. */
  anonymousTest?: 'accepted' | 'refused' | 'unclear';
  /** The one attempt of a test identity that must be refused; `status` names the refusal. */
  identityTest?: { readonly result: 'accepted' | 'refused' | 'unclear'; readonly status?: string; readonly at: string };
  strangerTest?: 'accepted' | 'refused' | 'unclear';
}

export function emptyRecord(): OpcuaRaw {
  return { port: 0, host: '', trust: [], credential: 'notTried', values: new Map() };
}
