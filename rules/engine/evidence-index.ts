/** Evidence sorted by what it is about, once per assessment. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { AssessInput, AssetView, Decision, Evidence, OrganisationView } from './input.ts';
import { addEvidence, type Subject, slotFor, subjectOf } from './readings.ts';
import { dayMs } from './value.ts';

export interface EvidenceIndex {
  readonly input: AssessInput;
  readonly now: number;
  readonly system: Subject;
  readonly organisation: Subject;
  /** Assets that count: active ones, and those that left without a record. */
  readonly assets: readonly { readonly view: AssetView; readonly subject: Subject }[];
  readonly parties: readonly { readonly view: OrganisationView; readonly subject: Subject }[];
  /** `identity.machines` of all assets in one list; a certificate seen twice is one element. */
  readonly machines: Subject;
  readonly decisions: readonly TimedDecision[];
}

export interface TimedDecision extends Decision {
  readonly fromMs: number;
  /** First instant at which it no longer counts. */
  readonly untilMs: number;
}

const machinesFact: FactName = 'identity.machines';

/** Evidence and decisions from after `now` are left out, and so is what is about nobody in the system. */
export function indexEvidence(input: AssessInput): EvidenceIndex {
  const now = Date.parse(input.now);
  const { system } = input;
  const assets = system.assets
    .filter((view) => view.state !== 'retired')
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map((view) => ({ view, subject: subjectOf(view.id, view.state === 'gone') }));
  const parties = system.organisations.map((view) => ({ view, subject: subjectOf(view.id) }));
  const own = { system: subjectOf(system.id), organisation: subjectOf(input.organisation.id) };
  const byAsset = new Map<string, Subject>();
  for (const { view, subject } of assets) for (const id of view.formerly) byAsset.set(id, subject);
  for (const { view, subject } of assets) byAsset.set(view.id, subject);
  const byParty = new Map(parties.map(({ view, subject }) => [view.id, subject]));
  byParty.set(input.organisation.id, own.organisation);
  const authors = authorsIn(input.evidence);
  for (const evidence of input.evidence) {
    const at = Date.parse(evidence.observedAt);
    if (!(at <= now)) continue;
    const { about } = evidence;
    const subject = about.kind === 'system' ? own.system : (about.kind === 'asset' ? byAsset : byParty).get(about.id);
    if (subject !== undefined) addEvidence(subject, independent(evidence, authors), at);
  }
  return {
    input,
    now,
    ...own,
    assets,
    parties,
    machines: machinesOf(assets.map((asset) => asset.subject)),
    decisions: input.decisions.map((decision) => timed(decision, byAsset)).filter((decision) => decision.fromMs <= now),
  };
}

/** Approved: somebody other than the one who asks for it said yes. */
export function isApproved(decision: Decision): boolean {
  return decision.approver !== undefined && decision.approver !== decision.by && decision.reason.trim() !== '';
}

function timed(decision: Decision, assets: ReadonlyMap<string, Subject>): TimedDecision {
  const fromMs = Date.parse(decision.on);
  const longest = decision.kind === 'notApplicable' ? fromMs + 365 * dayMs : Number.POSITIVE_INFINITY;
  const members = decision.members?.map((id) => assets.get(id)?.id ?? id);
  return {
    ...decision,
    ...(members === undefined ? {} : { members }),
    fromMs,
    untilMs: Math.min(Date.parse(decision.until), longest),
  };
}

function machinesOf(subjects: readonly Subject[]): Subject {
  const all = subjectOf('machines');
  const slots = subjects.flatMap((subject) => {
    const slot = subject.gone ? undefined : subject.slots.get(machinesFact);
    return slot === undefined ? [] : [{ slot, subject }];
  });
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
