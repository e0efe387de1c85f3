/** What one look at an SNMP agent brought back, before it means anything. */
import type { AuthProtocol, PrivProtocol } from '../contract/credential.ts';
import type { V3Message } from './engine.ts';
import type { ColumnName } from './objects.ts';

/** Integers, counters and ticks are numbers; OBJECT IDENTIFIER and IpAddress strings; everything else bytes. */
export type Value = number | string | Buffer;

export interface Column {
  /** Values by the index part of their object identifier. Empty also where a view hides the column. */
  readonly rows: Map<string, Value>;
  /** Whether the walk reached the column's end, our own limit, or an agent that did not get on. */
  end: 'complete' | 'capped' | 'stuck';
}

/** How far the configured credential got. `silent`: it was used, and no answer came. */
export type CredentialState = 'notTried' | 'answered' | 'silent' | 'denied' | 'unsupported';

export interface Identity {
  readonly version: 'v2c' | 'v3';
  readonly user?: string;
  readonly authProtocol?: AuthProtocol;
  readonly privProtocol?: PrivProtocol;
  /** The community is `public`, which is every maker's default. */
  readonly publicCommunity?: boolean;
}

export interface SnmpRaw {
  /** When the first answer came. */
  answeredAt?: string;
  /** The port is closed: the host said so by ICMP. */
  refused: boolean;
  /** Discovery: the report, or that none came. */
  engine?: V3Message | 'silent';
  credential: CredentialState;
  /** Whether everything that was to be read was asked for. */
  complete: boolean;
  identity?: Identity;
  /** Objects whose value held a secret of ours. */
  redacted: Set<string>;
  scalars: Map<string, Value>;
  columns: Map<ColumnName, Column>;
  /** Our clock before and after the object that holds the agent's clock was read. */
  clock?: { readonly askedMs: number; readonly answeredMs: number };
  publicTest?: 'answered' | 'silent';
  floorTest?: 'answered' | 'refused' | 'silent';
}

export function emptyRecord(): SnmpRaw {
  return {
    refused: false,
    credential: 'notTried',
    complete: false,
    redacted: new Set(),
    scalars: new Map(),
    columns: new Map(),
  };
}
