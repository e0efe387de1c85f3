/** Evidence sorted by what it is about, once per assessment. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { AssessInput, AssetView, Decision, Evidence, OrganisationView } from './input.ts';
import { addEvidence, type Slot, type Subject, slotFor, subjectOf } from './readings.ts';
import { areIdentical, isSame, isSameList } from './same.ts';
import { dayMs } from './value.ts';

export interface EvidenceIndex {
  readonly input: AssessInput;
  readonly now: number;
  readonly system: Subject;
  readonly organisation: Subject;
  /** Assets that count: active ones, and those that left without a record. */
  readonly assets: readonly IndexedAsset[];
  readonly parties: readonly { readonly view: OrganisationView; readonly subject: Subject }[];
  /** `identity.machines` of all assets in one list; a certificate seen twice is one element. */
  readonly machines: Subject;
  readonly decisions: readonly TimedDecision[];
  /** What each subject was made from, so that the next index keeps those of whom nothing new is known. */
  readonly origins: Origins;
}

export interface IndexedAsset {
  readonly view: AssetView;
  readonly subject: Subject;
}

export interface TimedDecision extends Decision {
  readonly fromMs: number;
  /** First instant at which it no longer counts. */
  readonly untilMs: number;
}

interface Origin {
  readonly subject: Subject;
  /** All evidence about it, also what lies after `now`. */
  readonly evidence: readonly Evidence[];
  /** The evidence counts as it does from the newest of what counts until the next of what does not yet. */
  readonly from: number;
  readonly next: number;
}

interface Origins {
  readonly assets: ReadonlyMap<string, Origin>;
  readonly parties: ReadonlyMap<string, Origin>;
  readonly system: Origin;
  readonly organisation: Origin;
  readonly machines: readonly Slot[];
}

const machinesFact: FactName = 'identity.machines';

/**
 * Evidence and decisions from after `now` are left out, and so is what is about nobody in the system. With an index
 * made before, subjects, slots, assets and decisions that are the same are the very same objects.
 */
export function indexEvidence(input: AssessInput, before?: EvidenceIndex): EvidenceIndex {
  const now = Date.parse(input.now);
  const { system } = input;
  const views = system.assets
    .filter((view) => view.state !== 'retired')
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const about = gather(input, views);
  const origins = before?.origins;
  const look = (id: string, evidence: readonly Evidence[], known: Origin | undefined, gone = false) =>
    originOf({ id, gone, evidence }, now, known);
  const knownAssets = new Map(before?.assets.map((asset) => [asset.view.id, asset]));
  const assetOrigins = new Map<string, Origin>();
  const assets = views.map((view, index): IndexedAsset => {
    const origin = look(view.id, about.assets[index] ?? [], origins?.assets.get(view.id), view.state === 'gone');
    assetOrigins.set(view.id, origin);
    const known = knownAssets.get(view.id);
    const stays = known !== undefined && known.subject === origin.subject && isSame(known.view, view);
    return stays ? known : { view, subject: origin.subject };
  });
  const partyOrigins = new Map<string, Origin>();
  const parties = system.organisations.map((view, index) => {
    const origin = look(view.id, about.parties[index] ?? [], origins?.parties.get(view.id));
    partyOrigins.set(view.id, origin);
    const known = before?.parties[index];
    const stays = known !== undefined && known.subject === origin.subject && isSame(known.view, view);
    return stays ? known : { view, subject: origin.subject };
  });
  const ofSystem = look(system.id, about.system, origins?.system);
  const ofOrganisation = look(input.organisation.id, about.organisation, origins?.organisation);
  const present = new Map<string, string>();
  for (const { id, formerly } of views) for (const former of formerly) present.set(former, id);
  for (const { id } of views) present.set(id, id);
  const machines = machineSlots(assets);
  const slots = machines.map(({ slot }) => slot);
  const sameMachines = before !== undefined && areIdentical(slots, before.origins.machines);
  const knownDecisions = new Map(before?.decisions.map((decision) => [decision.id, decision]));
  return {
    input,
    now,
    system: ofSystem.subject,
    organisation: ofOrganisation.subject,
    assets,
    parties,
    machines: sameMachines ? before.machines : machinesOf(machines),
    decisions: input.decisions
      .map((decision) => timed(decision, present))
      .filter((decision) => decision.fromMs <= now)
      .map((decision) => {
        const known = knownDecisions.get(decision.id);
        return known !== undefined && isSame(known, decision) ? known : decision;
      }),
    origins: {
      assets: assetOrigins,
      parties: partyOrigins,
      system: ofSystem,
      organisation: ofOrganisation,
      machines: slots,
    },
  };
}

interface Gathered {
  readonly assets: readonly Evidence[][];
  readonly parties: readonly Evidence[][];
  readonly system: Evidence[];
  readonly organisation: Evidence[];
}

/** Evidence by whom it is about; a former id means the asset unless another one has it now. */
function gather(input: AssessInput, views: readonly AssetView[]): Gathered {
  const assets = views.map((): Evidence[] => []);
  const parties = input.system.organisations.map((): Evidence[] => []);
  const system: Evidence[] = [];
  const organisation: Evidence[] = [];
  const byAsset = new Map<string, Evidence[]>();
  for (const [index, { formerly }] of views.entries()) {
    const own = assets[index];
    if (own !== undefined) for (const id of formerly) byAsset.set(id, own);
  }
  for (const [index, { id }] of views.entries()) {
    const own = assets[index];
    if (own !== undefined) byAsset.set(id, own);
  }
  const byParty = new Map<string, Evidence[]>();
  for (const [index, { id }] of input.system.organisations.entries()) {
    const own = parties[index];
    if (own !== undefined) byParty.set(id, own);
  }
  byParty.set(input.organisation.id, organisation);
  for (const evidence of input.evidence) {
    const { about } = evidence;
    const own = about.kind === 'system' ? system : (about.kind === 'asset' ? byAsset : byParty).get(about.id);
    own?.push(evidence);
  }
  return { assets, parties, system, organisation };
}

function originOf(
  of: { id: string; gone: boolean; evidence: readonly Evidence[] },
  now: number,
  known: Origin | undefined,
): Origin {
  const { id, gone, evidence } = of;
  const isKnown = known !== undefined && known.subject.id === id && known.subject.gone === gone;
  if (isKnown && known.from <= now && now < known.next && isSameList(known.evidence, evidence)) return known;
  const subject = subjectOf(id, gone);
  const authors = authorsIn(evidence);
  let from = Number.NEGATIVE_INFINITY;
  let next = Number.POSITIVE_INFINITY;
  for (const each of evidence) {
    const at = Date.parse(each.observedAt);
    if (at <= now) {
      from = Math.max(from, at);
      addEvidence(subject, independent(each, authors), at);
    } else if (at < next) next = at;
  }
  if (known !== undefined) keepSlots(subject, known.subject);
  return { subject, evidence, from, next };
}

/** A fact of which every reading is the same keeps its slot, and what was resolved from it. */
function keepSlots(subject: Subject, before: Subject): void {
  for (const [name, slot] of subject.slots) {
    const known = before.slots.get(name);
    if (known !== undefined && isSameList(known.seen, slot.seen) && isSameList(known.missed, slot.missed))
      subject.slots.set(name, known);
  }
}

/** Approved: somebody other than the one who asks for it said yes. */
export function isApproved(decision: Decision): boolean {
  return decision.approver !== undefined && decision.approver !== decision.by && decision.reason.trim() !== '';
}

function timed(decision: Decision, present: ReadonlyMap<string, string>): TimedDecision {
  const fromMs = Date.parse(decision.on);
  const longest = decision.kind === 'notApplicable' ? fromMs + 365 * dayMs : Number.POSITIVE_INFINITY;
  const members = decision.members?.map((id) => present.get(id) ?? id);
  return {
    ...decision,
    ...(members === undefined ? {} : { members }),
    fromMs,
    untilMs: Math.min(Date.parse(decision.until), longest),
  };
}

interface MachineSlot {
  readonly slot: Slot;
  readonly subject: Subject;
}

function machineSlots(assets: readonly IndexedAsset[]): MachineSlot[] {
  return assets.flatMap(({ subject }) => {
    const slot = subject.gone ? undefined : subject.slots.get(machinesFact);
    return slot === undefined ? [] : [{ slot, subject }];
  });
}

function machinesOf(slots: readonly MachineSlot[]): Subject {
  const all = subjectOf('machines');
  const [first] = slots;
  if (first === undefined) return all;
  const seen = slots.flatMap(({ slot, subject }) =>
    slot.seen.map((reading) => ({ ...reading, channel: `${subject.id} ${reading.channel}` })),
  );
  const missed = slots.flatMap(({ slot }) => slot.missed);
  const merged = slotFor(first.slot.definition, seen, missed);
  all.slots.set(machinesFact, merged);
  return all;
}

/** Who stated what: nobody examines what they said themselves. */
function authorsIn(evidence: readonly Evidence[]): ReadonlySet<string> {
  const authors = new Set<string>();
  if (!evidence.some((each) => each.kind === 'examined')) return authors;
  for (const each of evidence) {
    if (each.by === undefined || (each.kind !== 'stated' && each.kind !== 'document')) continue;
    for (const fact of Object.keys(each.facts)) authors.add(authorKey(each, fact));
  }
  return authors;
}

function independent(evidence: Evidence, authors: ReadonlySet<string>): Evidence {
  if (evidence.kind !== 'examined' || evidence.by === undefined) return evidence;
  const own = Object.keys(evidence.facts).some((fact) => authors.has(authorKey(evidence, fact)));
  return own ? { ...evidence, kind: 'stated' } : evidence;
}

function authorKey(evidence: Evidence, fact: string): string {
  const { about } = evidence;
  return `${about.kind}\n${about.kind === 'system' ? '' : about.id}\n${fact}\n${evidence.by}`;
}
