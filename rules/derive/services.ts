/** What listens against what is declared. A port that nobody knocked at proves nothing. */
import { type FactsDraft, vocabulary } from '../../collectors/contract/vocabulary.ts';
import type { Subject } from '../engine/readings.ts';
import type { Reading } from '../engine/value.ts';
import { recordsOf } from './crypto.ts';
import { bestOf, type Derivation, type Plant, readingsOf } from './derive.ts';
import { type AssetSight, listenersOf } from './sighted.ts';

/** `sights`: what those who listen in saw of each asset. */
export function deriveServices(plant: Plant, sights: ReadonlyMap<string, AssetSight>): Derivation[] {
  const each = plant.assets.flatMap(({ view, subject }) => {
    const declared = bestOf(readingsOf(subject, 'service.declared', plant.now));
    const about = { kind: 'asset', id: view.id } as const;
    const sight = sights.get(view.id);
    return [...unexpected(plant, { subject, declared, sight }), ...cleartext(plant, { subject, declared, sight })].map(
      (found) => ({
        ...found,
        about,
      }),
    );
  });
  return [...each, ...exposure(plant)];
}

type Found = Omit<Derivation, 'about'>;

/** Sources that list every listener by the asset's own account; passive sight sees only those that spoke. */
const ownAccount = new Set(['ssh', 'snmp', 'aws-iot', 'import:config']);

interface Known {
  readonly subject: Subject;
  readonly declared: Reading | undefined;
  readonly sight: AssetSight | undefined;
}

function unexpected(plant: Plant, { subject, declared, sight }: Known): Found[] {
  if (declared === undefined) return [];
  const listeners = readingsOf(subject, 'service.listeners', plant.now);
  const seen: readonly Record<string, unknown>[] = sight === undefined ? [] : listenersOf(sight);
  if (listeners.length === 0 && seen.length === 0) return [];
  const known = new Set((recordsOf(declared) ?? []).map(placeOf));
  const found = [...listeners.flatMap((reading) => recordsOf(reading) ?? []), ...seen]
    .filter((listener) => !isLoopback(listener.boundTo) && !known.has(placeOf(listener)))
    .map(placeOf);
  const list = [...new Set(found)].sort();
  // An empty list is a claim about all listeners: only the asset's own account can make it.
  if (list.length === 0 && !listeners.some(({ source }) => ownAccount.has(source))) return [];
  const sources = [declared, ...listeners, ...(sight?.listenerSources ?? [])];
  return [{ name: 'service.unexpected', facts: { 'service.unexpected': list }, sources }];
}

const crossingWords = cleartextWords();
type CrossingWord = NonNullable<FactsDraft['service.cleartext.crossing']>[number];

function cleartext(plant: Plant, { subject, declared, sight }: Known): Found[] {
  const services = declared === undefined ? [] : (recordsOf(declared) ?? []);
  const suspects = services.filter(({ cleartext: clear, crossesZone }) => clear === true && crossesZone === true);
  // Whoever listens in proves what crosses; that nothing does, only a refusal at each declared port proves.
  const crossed: readonly string[] = [...(sight?.crossing ?? [])];
  if (suspects.length === 0 && crossed.length === 0) return [];
  const sources: Reading[] = [...(declared === undefined ? [] : [declared]), ...(sight?.crossingSources ?? [])];
  const on: string[] = [...crossed];
  let refused = 0;
  for (const suspect of suspects) {
    const answer = answerAt(plant, subject, { suspect, services });
    if (answer === undefined) continue;
    sources.push(answer.reading);
    if (answer.listens) on.push(String(suspect.protocol));
    else refused++;
  }
  const words = crossingWords.filter((word) => on.includes(word));
  if (words.length === 0 && refused < suspects.length) return [];
  return [{ name: 'service.cleartext.crossing', facts: { 'service.cleartext.crossing': words }, sources }];
}

/** Whether something listens at a declared port: by the asset's own account, or by a probe that was let in or refused. */
function answerAt(
  plant: Plant,
  subject: Subject,
  at: { suspect: Record<string, unknown>; services: readonly Record<string, unknown>[] },
): { listens: boolean; reading: Reading } | undefined {
  const { suspect, services } = at;
  for (const reading of readingsOf(subject, 'service.listeners', plant.now)) {
    const listed = (recordsOf(reading) ?? []).some(
      (one) => placeOf(one) === placeOf(suspect) && !isLoopback(one.boundTo),
    );
    if (listed || ownAccount.has(reading.source)) return { listens: listed, reading };
  }
  // A probe is told from its collector; with two services of one protocol nobody knows at which it knocked.
  if (services.filter(({ protocol }) => protocol === suspect.protocol).length !== 1) return undefined;
  const collector = collectorOf(String(suspect.protocol));
  const reading = readingsOf(subject, 'service.listening', plant.now).find(({ source }) => source === collector);
  return reading === undefined ? undefined : { listens: reading.value === true, reading };
}

function collectorOf(protocol: string): string {
  if (protocol.startsWith('snmp')) return 'snmp';
  return protocol === 'opcuaNone' ? 'opcua' : protocol;
}

/** Drawn up only when the services of every asset that may be exposed are declared. */
function exposure({ assets, now, input }: Plant): Derivation[] {
  const exposed = assets.filter(({ view, subject }) => {
    const said = bestOf(readingsOf(subject, 'asset.exposed', now))?.value;
    return view.kind !== 'account' && (view.exposed !== false || said === true);
  });
  const declared = exposed.map(({ view, subject }) => ({
    view,
    reading: bestOf(readingsOf(subject, 'service.declared', now)),
  }));
  if (declared.length === 0 || declared.some(({ reading }) => reading === undefined)) return [];
  const sources = declared.flatMap(({ reading }) => reading ?? []);
  const services = declared.flatMap(({ view, reading }) =>
    (recordsOf(reading) ?? [])
      .filter(({ crossesZone }) => crossesZone === true)
      .map((service) => ({
        id: `${view.id}/${placeOf(service)}`,
        assetId: view.id,
        ...(typeof service.protocol === 'string' ? { protocol: service.protocol } : {}),
        from: 'otherZone' as const,
      })),
  );
  const oldest = Math.min(...sources.map(({ at }) => at));
  return [
    {
      name: 'exposure.services',
      about: { kind: 'system' },
      facts: {
        'exposure.services': services.sort((one, other) => (one.id < other.id ? -1 : 1)),
        'exposure.listedAt': new Date(Math.min(oldest, Date.parse(input.now))).toISOString(),
      },
      sources,
    },
  ];
}

function placeOf(service: Record<string, unknown>): string {
  return `${String(service.transport ?? 'tcp')}/${String(service.port)}`;
}

function isLoopback(address: unknown): boolean {
  return typeof address === 'string' && (/^127\./.test(address) || address === '::1' || address === 'localhost');
}

function cleartextWords(): readonly CrossingWord[] {
  const definition = vocabulary['service.cleartext.crossing'];
  return definition.type === 'string[]' ? ((definition.values ?? []) as readonly CrossingWord[]) : [];
}
