/** Lists by cursor: newest first, and stable while new rows arrive at the top. */
import { z } from 'zod';

export interface Page {
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit?: number;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  /** null: no more. */
  readonly next: string | null;
}

/** Instant and id of the last row of a page. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

const positionSchema = z.tuple([z.int(), z.string()]);

/** A cursor that nobody gave out. */
export class BadCursor extends Error {
  constructor(cursor: string) {
    super(`expected a cursor as the page before gave it, found ${JSON.stringify(cursor.slice(0, 80))}`);
    this.name = 'BadCursor';
  }
}

/** @throws {BadCursor} */
export function readCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [at, id] = positionSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { at, id };
  } catch {
    throw new BadCursor(cursor);
  }
}

/** A page out of up to `limit + 1` rows. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  read: { item: (row: Row) => Item; cursor: (row: Row) => Position },
): PageOf<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(read.item),
    next: last === undefined ? null : cursorOf(read.cursor(last)),
  };
}

function cursorOf({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at, id]), 'utf8').toString('base64url');
}
