/** What can be asked, each with its key. Lists come whole: `next` is followed until it ends. */
import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import type { NewWhatIf, PlanPage, RaisePage, WhatIfPage } from '../../server/contract/advice.ts';
import type {
  AssetSummary,
  CrosswalkEntry,
  DemoFlaw,
  EvidencePage,
  GuidePage,
  IncidentPage,
  IndicatorPage,
  NewDecision,
  Overview,
  PracticeDecision,
  PracticePage,
  SafetyStatement,
  ScanPage,
  ScanSummary,
  StopState,
  SystemSummary,
  ZoneStep,
} from '../../server/contract/api.ts';
import type { NextQuestion } from '../../server/contract/questions.ts';
import { claimedName } from '../app/claimed.ts';
import { ApiProblem, query, request } from './client.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one; a server that is away may come back.
      retry: (count, error) => !(error instanceof ApiProblem) && count < 2,
      refetchOnWindowFocus: true,
    },
  },
});

export const systemsQuery = queryOptions({
  queryKey: ['systems'],
  queryFn: ({ signal }) => all<SystemSummary>('/systems', signal),
});

export function overviewQuery(system: string, asOf: string | undefined) {
  return queryOptions({
    queryKey: ['overview', system, asOf ?? 'now'],
    queryFn: ({ signal }) => request<Overview>(`/systems/${enc(system)}/overview${query({ asOf })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function practiceQuery(system: string, code: string, asOf: string | undefined) {
  return queryOptions({
    queryKey: ['practice', system, code, asOf ?? 'now'],
    queryFn: ({ signal }) =>
      request<PracticePage>(`/systems/${enc(system)}/practices/${enc(code)}${query({ asOf })}`, { signal }),
  });
}

export function indicatorQuery(system: string, id: string, asOf: string | undefined) {
  return queryOptions({
    queryKey: ['indicator', system, id, asOf ?? 'now'],
    queryFn: ({ signal }) =>
      request<IndicatorPage>(`/systems/${enc(system)}/indicators/${enc(id)}${query({ asOf })}`, { signal }),
  });
}

export function evidenceQuery(digest: string) {
  return queryOptions({
    queryKey: ['evidence', digest],
    queryFn: ({ signal }) => request<EvidencePage>(`/observations/${enc(digest)}`, { signal }),
    staleTime: 5 * 60_000,
  });
}

export function assetsQuery(system: string) {
  return queryOptions({
    queryKey: ['assets', system],
    queryFn: ({ signal }) => all<AssetSummary>(`/systems/${enc(system)}/assets`, signal),
  });
}

/** A page at a time, newest first: a plant of years has thousands. */
export function scansQuery(system: string) {
  return infiniteQueryOptions({
    queryKey: ['scans', system],
    queryFn: ({ pageParam, signal }) =>
      request<{ items: ScanSummary[]; next: string | null }>(
        `/systems/${enc(system)}/scans${query({ cursor: pageParam ?? undefined })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function scanQuery(scan: string) {
  return queryOptions({
    queryKey: ['scan', scan],
    queryFn: ({ signal }) => request<ScanPage>(`/scans/${enc(scan)}`, { signal }),
  });
}

/** What a scan did to the plant; asked anew when its state changes. */
export function safetyQuery({ id, state }: Pick<ScanSummary, 'id' | 'state'>) {
  return queryOptions({
    queryKey: ['scan', id, 'safety', state],
    queryFn: ({ signal }) => request<SafetyStatement>(`/scans/${enc(id)}/safety`, { signal }),
  });
}

/** What the installed packs say changes only with the server. */
export function guideQuery(code: string) {
  return queryOptions({
    queryKey: ['guide', code],
    queryFn: ({ signal }) => request<GuidePage>(`/practices/${enc(code)}/guide`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function crosswalkQuery(code: string) {
  return queryOptions({
    queryKey: ['crosswalk', code],
    queryFn: ({ signal }) => all<CrosswalkEntry>(`/practices/${enc(code)}/crosswalk`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function questionsQuery(system: string, asOf: string | undefined) {
  return queryOptions({
    queryKey: ['questions', system, asOf ?? 'now'],
    queryFn: ({ signal }) =>
      all<NextQuestion>(`/systems/${enc(system)}/questions${query({ asOf, limit: '200', passed: 'true' })}`, signal),
  });
}

export function incidentsQuery(system: string, asOf: string | undefined) {
  return queryOptions({
    queryKey: ['incidents', system, asOf ?? 'now'],
    queryFn: ({ signal }) => all<IncidentPage>(`/systems/${enc(system)}/incidents${query({ asOf })}`, signal),
    placeholderData: keepPreviousData,
  });
}

/** How far the looks at each zone have come. */
export function zonesQuery(system: string) {
  return queryOptions({
    queryKey: ['zones', system],
    queryFn: ({ signal }) => all<ZoneStep>(`/systems/${enc(system)}/zones`, signal),
  });
}

export async function widenZone(system: string, zone: string): Promise<ZoneStep[]> {
  const answer = await request<{ items: ZoneStep[] }>(`/systems/${enc(system)}/zones/${enc(zone)}/widen`, {
    method: 'POST',
    body: asked(),
  });
  return answer.items;
}

export type RaiseAim = 'next' | 'target';

export function raiseQuery(of: { system: string; code: string; to: RaiseAim }, asOf: string | undefined) {
  const { system, code, to } = of;
  return queryOptions({
    queryKey: ['raise', system, code, to, asOf ?? 'now'],
    queryFn: ({ signal }) =>
      request<RaisePage>(`/systems/${enc(system)}/practices/${enc(code)}/raise${query({ to, asOf })}`, { signal }),
    staleTime: 60_000,
  });
}

/** A question with a body: the answer is computed and stored nowhere, so that it is cached like any other. */
export function whatIfQuery(system: string, steps: NewWhatIf['steps'], asOf: string | undefined) {
  return queryOptions({
    queryKey: ['what-if', system, asOf ?? 'now', steps],
    queryFn: ({ signal }) =>
      request<WhatIfPage>(`/systems/${enc(system)}/what-if${query({ asOf })}`, {
        method: 'POST',
        body: { steps },
        signal,
      }),
    enabled: steps.length > 0,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

export function planQuery(system: string, asOf: string | undefined) {
  return queryOptions({
    queryKey: ['plan', system, asOf ?? 'now'],
    queryFn: ({ signal }) => request<PlanPage>(`/systems/${enc(system)}/plan${query({ asOf })}`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export const stopQuery = queryOptions({
  queryKey: ['stop'],
  queryFn: ({ signal }) => request<StopState>('/stop', { signal }),
});

/** null: no demo plant runs here. */
export const demoQuery = queryOptions({
  queryKey: ['demo'],
  queryFn: async ({ signal }) => {
    const flaws = itemsOf(await request<DemoFlaw[] | { items: DemoFlaw[] }>('/demo', { signal }));
    return flaws.length === 0 ? null : flaws;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export async function moveFlaw(name: string, act: 'break' | 'mend'): Promise<DemoFlaw[]> {
  return itemsOf(await request<DemoFlaw[] | { items: DemoFlaw[] }>(`/demo/${enc(name)}/${act}`, { method: 'POST' }));
}

export function decide(system: string, decision: NewDecision): Promise<PracticeDecision> {
  return request(`/systems/${enc(system)}/decisions`, { method: 'POST', body: decision });
}

export function startScan(system: string): Promise<ScanSummary> {
  return request(`/systems/${enc(system)}/scans`, { method: 'POST', body: asked() });
}

export function stopScan(scan: string): Promise<ScanPage> {
  return request(`/scans/${enc(scan)}/stop`, { method: 'POST', body: asked() });
}

export function stopAll(): Promise<StopState> {
  return request('/stop', { method: 'POST', body: asked() });
}

export function resumeAll(): Promise<StopState> {
  return request('/stop', { method: 'DELETE', body: asked() });
}

/** Who asks, where a name was claimed; the server says so itself where none was. */
function asked(): { by?: string } {
  const by = claimedName();
  return by === '' ? {} : { by };
}

function enc(part: string): string {
  return encodeURIComponent(part);
}

function itemsOf<T>(answer: T[] | { items: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}

async function all<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `${path.includes('?') ? '&' : '?'}cursor=${enc(cursor)}`;
    const page: { items: T[]; next: string | null } = await request(`${path}${more}`, { signal });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}
