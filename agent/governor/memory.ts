/** Typed access to the shared safety memory. What lies there was written by another process or version: parsed, not trusted. */
import type { z } from 'zod';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import { infrastructure } from './sockets.ts';

/** A memory that ends with the process: for one probe by hand, and for tests. */
export function volatileMemory(): SafetyMemory {
  const held = new Map<string, string>();
  return {
    async read(key) {
      return held.get(key);
    },
    async swap(key, expected, next) {
      if (held.get(key) !== expected) return false;
      if (next === undefined) held.delete(key);
      else held.set(key, next);
      return true;
    },
    async keys(prefix) {
      return [...held.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
  };
}

/** The same memory, whose own sockets are our business although a run asks for them. */
export function ownMemory(memory: SafetyMemory): SafetyMemory {
  return {
    read: (key) => infrastructure(() => memory.read(key)),
    swap: (key, expected, next) => infrastructure(() => memory.swap(key, expected, next)),
    keys: (prefix) => infrastructure(() => memory.keys(prefix)),
  };
}

/** @throws when the value does not fit its schema: a safety rule whose state cannot be read must not be passed over. */
export async function recall<T>(memory: SafetyMemory, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  return parse(key, await memory.read(key), schema);
}

/** Reads, changes and writes until nobody came between; `next` undefined forgets the key. */
export async function remember<T>(
  memory: SafetyMemory,
  { key, schema }: { readonly key: string; readonly schema: z.ZodType<T> },
  next: (present: T | undefined) => T | undefined,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const text = await memory.read(key);
    const value = next(parse(key, text, schema));
    const written = value === undefined ? undefined : JSON.stringify(value);
    if (written === text || (await memory.swap(key, text, written))) return value;
  }
  throw new Error(`${key}: the safety memory changed under us a hundred times`);
}

/** Forgets every key below a prefix that reads as expected. */
export async function forget<T>(memory: SafetyMemory, prefix: string, schema: z.ZodType<T>): Promise<void> {
  for (const key of await memory.keys(prefix)) await remember(memory, { key, schema }, () => undefined);
}

function parse<T>(key: string, text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${key}: the safety memory holds something unreadable; clear it by hand`, { cause });
  }
}
