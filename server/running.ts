/** What the routes of a running server share. Put together once, in `agent/commands/up.ts`. */
import type { FastifyBaseLogger } from 'fastify';
import type { Assessing } from './assessing.ts';
import type { DemoFlaw } from './contract/api.ts';
import type { Scanner } from './contract/scanner.ts';
import type { Knowledge } from './knowledge.ts';
import type { Live } from './live.ts';
import type { Packs } from './packs.ts';
import type { ScanQueue } from './scan-queue.ts';
import type { Store } from './store/open.ts';
import type { Supplies } from './supplies.ts';

export interface Running {
  readonly version: string;
  readonly log: FastifyBaseLogger;
  readonly store: Store;
  readonly packs: Packs;
  readonly knowledge: Knowledge;
  /** Ids of the installed collectors. */
  readonly collectors: ReadonlySet<string>;
  readonly live: Live;
  readonly scanner: Scanner;
  readonly supplies: Supplies;
  readonly assessing: Assessing;
  readonly scans: ScanQueue;
  /** Only while the demo plant runs. */
  readonly demo?: { flaws(): DemoFlaw[]; set(name: string, broken: boolean): Promise<boolean> };
  now(): Date;
  /** Next start and period of a system's schedule; undefined where there is none. */
  schedules(system: string): { readonly next?: Date; readonly everyMs?: number } | undefined;
  audit(action: string, actor: string, about?: { system?: string; subject?: string }): Promise<void>;
  ready(): Promise<boolean>;
  metrics(): Promise<string>;
}
