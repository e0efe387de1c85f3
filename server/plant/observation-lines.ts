/** Observation files: one JSON object per line, as `collect --json` prints it, with the system and asset it is about. */
import { z } from 'zod';
import type { Bases, Outcome, Unseen } from '../../collectors/contract/collector.ts';
import {
  basisSchema,
  ledgerSchema,
  outcomeSchema,
  safetyEventSchema,
  tierSchema,
  transcriptLineSchema,
  unseenReasonSchema,
} from '../../collectors/contract/observation.ts';
import { type Facts, factNames, isFactName, problemWith, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { documentHash } from '../../collectors/evidence/canonical.ts';
import type { Plant, Problem } from '../contract/plant.ts';
import { idSchema, textSchema } from '../contract/plant-file.ts';
import { readJsonLines } from './json-lines.ts';
import { present } from './present.ts';
import { mostProblems, nearest, quoted, type Reader, readerOf, throwProblems } from './reader.ts';
import { instantOf } from './site-time.ts';
import { assetIdOf, idsOfKind } from './subjects.ts';

/** What an assessment needs of an observation, from a file or from the store. */
export interface Seen {
  readonly system: string;
  /** Present id of the asset. */
  readonly asset: string;
  readonly probe: string;
  readonly collector: string;
  readonly collectorVersion?: string;
  /** Address that was looked at. */
  readonly target?: string;
  readonly observedAt: string;
  readonly outcome: Outcome;
  /** Safety rule that forbade the run. */
  readonly rule?: string;
  readonly facts: Facts;
  readonly unseen: Unseen;
  readonly basis: Bases;
  readonly volatile: Facts;
  /** The way down to the bytes: digest of the stored observation, or of the document of a line. */
  readonly digest: string;
}

export interface ObservationFile {
  readonly seen: readonly Seen[];
  /** Lines after `now`, left out. */
  readonly later: number;
}

const factMap = z.record(z.string(), z.unknown());
/** The least is v, system, asset, collector, observedAt, outcome and facts. */
const lineSchema = z.strictObject({
  v: z.literal(1),
  system: idSchema,
  asset: idSchema,
  collector: textSchema,
  observedAt: z.string(),
  outcome: outcomeSchema,
  facts: factMap,
  collectorVersion: z.string().optional(),
  vocabulary: z.string().optional(),
  probe: textSchema.optional(),
  target: z.string().optional(),
  tier: tierSchema.optional(),
  detail: z.string().optional(),
  unseen: z.record(z.string(), unseenReasonSchema).optional(),
  basis: z.record(z.string(), basisSchema).optional(),
  redacted: z.array(z.string()).optional(),
  volatile: factMap.optional(),
  documentHash: z.string().optional(),
  ledger: ledgerSchema.optional(),
  transcript: z.array(transcriptLineSchema).optional(),
  consent: z.string().optional(),
  rule: z.string().optional(),
  event: safetyEventSchema.optional(),
});
type Line = z.infer<typeof lineSchema>;

/** Reads an observation file against a plant. Throws `BadInput` with every problem of every line. */
export function readObservations(file: string, plant: Plant, now: Date): ObservationFile {
  const { lines, problems: faults, file: shown } = readJsonLines(file);
  const problems: Problem[] = [...faults];
  const seen: Seen[] = [];
  const places = new Map<string, number>();
  for (const { line, value } of lines) {
    if (problems.length > mostProblems) break;
    const place = { line, keyLine: line, children: new Map() };
    const reader = readerOf({ file: shown, value, place }, problems);
    const one = readLine(reader, plant);
    if (one === undefined) continue;
    const key = JSON.stringify([one.system, one.asset, one.probe, one.observedAt]);
    const before = places.get(key);
    if (before === undefined) places.set(key, line);
    else reader.note(['observedAt'], 'one line per probe and instant', one.observedAt, `as in line ${before}`);
    seen.push(one);
  }
  throwProblems(problems);
  const present = seen.filter(({ observedAt }) => observedAt <= now.toISOString());
  return { seen: present, later: seen.length - present.length };
}

function readLine(reader: Reader, plant: Plant): Seen | undefined {
  const line = reader.fields(lineSchema, []);
  const observedAt = line.observedAt === undefined ? undefined : instantOf(line.observedAt);
  if (line.observedAt !== undefined && observedAt === undefined) {
    reader.note(['observedAt'], 'an instant such as 2026-11-23T10:00:00Z');
  }
  const systems = idsOfKind(plant, 'system');
  if (line.system !== undefined && !systems.has(line.system)) {
    reader.note(['system'], 'the id of a system of the plant', undefined, nearest(line.system, [...systems]));
  }
  const asset = line.asset === undefined ? undefined : assetIdOf(plant, line.asset);
  if (line.asset !== undefined && asset === undefined) {
    const ids = plant.assets.map(({ id }) => id);
    reader.note(['asset'], 'the id of an asset of the plant', undefined, nearest(line.asset, ids));
  }
  checkNames(reader, line);
  const { system, collector, outcome } = line;
  const facts = factsOf(reader, 'facts', line.facts);
  const volatile = factsOf(reader, 'volatile', line.volatile);
  const unseen: Unseen = line.unseen ?? {};
  const basis: Bases = line.basis ?? {};
  const digest = digestOf(reader, { facts, unseen, basis, redacted: line.redacted ?? [], stated: line.documentHash });
  if (observedAt === undefined || asset === undefined || system === undefined) return undefined;
  if (collector === undefined || outcome === undefined) return undefined;
  return {
    system,
    asset,
    probe: line.probe ?? collector,
    collector,
    ...present({ collectorVersion: line.collectorVersion, target: line.target }),
    observedAt,
    outcome,
    ...(line.rule === undefined ? {} : { rule: line.rule }),
    facts,
    unseen,
    basis,
    volatile,
    digest,
  };
}

function checkNames(reader: Reader, line: Partial<Line>): void {
  const held = { ...line.facts, ...line.volatile };
  for (const key of ['unseen', 'basis'] as const) {
    for (const name of Object.keys(line[key] ?? {})) {
      if (!isFactName(name)) reader.note([key, name], 'the name of a fact', quoted(name), nearest(name, factNames));
      else if (key === 'unseen' && Object.hasOwn(held, name)) {
        reader.note([key, name], 'a fact either seen or unseen', 'both');
      } else if (key === 'basis' && line.facts !== undefined && !Object.hasOwn(held, name)) {
        reader.note([key, name], 'a fact that was seen', 'none of this name');
      }
    }
  }
}

function factsOf(reader: Reader, key: 'facts' | 'volatile', held: Record<string, unknown> | undefined): Facts {
  for (const [name, value] of Object.entries(held ?? {})) {
    const path = [key, name];
    if (!isFactName(name)) reader.note(path, 'the name of a fact', quoted(name), nearest(name, factNames));
    else if (key === 'volatile' && !vocabulary[name].volatile) {
      reader.note(path, 'a fact that moves by itself', `${name}, which belongs into facts`);
    } else {
      const problem = problemWith(name, value);
      const [, before = '', expected = problem, found] = /^(.*?)expected (.*?), found (.*)$/s.exec(problem ?? '') ?? [];
      if (expected !== undefined) reader.note(path, before + expected, found);
    }
  }
  // Names and values were checked; a file with a wrong one is refused as a whole.
  return (held ?? {}) as Facts;
}

function digestOf(
  reader: Reader,
  from: { facts: Facts; unseen: Unseen; basis: Bases; redacted: readonly string[]; stated: string | undefined },
): string {
  const { stated, ...document } = from;
  try {
    const hash = documentHash({ v: 1, ...document });
    if (stated !== undefined && stated !== hash) reader.note(['documentHash'], `the digest of the document, ${hash}`);
    return hash;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    reader.note(['facts'], 'values that JSON says exactly', error.message);
    return '';
  }
}
