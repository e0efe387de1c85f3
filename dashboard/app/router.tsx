/** Addresses. Every filter, opened row and drawer is part of one. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { queryClient, systemsQuery } from '../api/queries.ts';
import { Frame } from '../frame/frame.tsx';
import { CrashedPage, MissingPage } from '../frame/problem.tsx';

export interface RootSearch {
  /** Instant that is looked at; absent: now. */
  readonly asOf?: string | undefined;
  /** The demo plant's drawer is open. */
  readonly demo?: true | undefined;
}

const rootRoute = createRootRoute({
  component: Frame,
  notFoundComponent: MissingPage,
  errorComponent: CrashedPage,
  validateSearch: (search: Record<string, unknown>): RootSearch => ({
    asOf: instantOf(search['asOf']),
    demo: search['demo'] === true ? true : undefined,
  }),
  search: { middlewares: [retainSearchParams(['asOf', 'demo'])] },
  loader: () => queryClient.prefetchQuery(systemsQuery),
});

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/first-run/start-page.tsx'), 'StartPage'),
});

export const sides = ['safety', 'reliability', 'resilience', 'privacy'] as const;
export type Side = (typeof sides)[number];

export const overviewTabs = ['changed', 'waiting', 'below', 'all'] as const;
export type OverviewTab = (typeof overviewTabs)[number];

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/systems/$system',
  validateSearch: (search: Record<string, unknown>): { tab?: OverviewTab | undefined; side?: Side | undefined } => ({
    tab: overviewTabs.find((each) => each === search['tab']),
    side: sideOf(search),
  }),
  component: lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
});

export const practiceTabs = ['indicators', 'raise', 'crosswalk', 'guide'] as const;
export type PracticeTab = (typeof practiceTabs)[number];

export interface PracticeSearch {
  /** Absent: the indicators. */
  readonly tab?: PracticeTab | undefined;
  /** Opened indicator, and in it the opened member. */
  readonly row?: string | undefined;
  readonly member?: string | undefined;
  /** Levels opened or folded against what the page does by itself. */
  readonly levels?: readonly number[] | undefined;
  /** Digest of the evidence in the drawer. */
  readonly evidence?: string | undefined;
  /** What to raise it to; absent: the next level. */
  readonly to?: 'target' | undefined;
  /** Which of the sets of steps is looked at; absent: the cheapest. */
  readonly way?: number | undefined;
  /** Only rows that bear on this side of trustworthiness too. */
  readonly side?: Side | undefined;
}

const practiceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/systems/$system/practices/$code',
  validateSearch: (search: Record<string, unknown>): PracticeSearch => ({
    tab: practiceTabs.find((each) => each === search['tab'] && each !== 'indicators'),
    row: textOf(search['row']),
    member: textOf(search['member']),
    levels: Array.isArray(search['levels'])
      ? search['levels'].filter((each): each is number => typeof each === 'number')
      : undefined,
    evidence: textOf(search['evidence']),
    to: search['to'] === 'target' ? 'target' : undefined,
    way: search['way'] === 2 || search['way'] === 3 ? search['way'] : undefined,
    side: sideOf(search),
  }),
  component: lazyRouteComponent(() => import('../pages/practice/practice-page.tsx'), 'PracticePage'),
});

const assetsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/systems/$system/assets',
  validateSearch: (search: Record<string, unknown>): { filter?: string | undefined } => ({
    filter: textOf(search['filter']),
  }),
  component: lazyRouteComponent(() => import('../pages/assets/assets-page.tsx'), 'AssetsPage'),
});

const scansRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/systems/$system/scans',
  component: lazyRouteComponent(() => import('../pages/scan/scans-page.tsx'), 'ScansPage'),
});

const incidentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/systems/$system/incidents',
  validateSearch: (search: Record<string, unknown>): { chain?: string | undefined } => ({
    chain: textOf(search['chain']),
  }),
  component: lazyRouteComponent(() => import('../pages/incidents/incidents-page.tsx'), 'IncidentsPage'),
});

const questionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/systems/$system/questions',
  component: lazyRouteComponent(() => import('../pages/questions/questions-page.tsx'), 'QuestionsPage'),
});

export interface PlanSearch {
  /** How rows are counted that nobody has looked at; absent: as missing, the dearest case. */
  readonly unknown?: 'holds' | undefined;
  /** The opened purchase, from 1. */
  readonly point?: number | undefined;
}

const planRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/systems/$system/plan',
  validateSearch: (search: Record<string, unknown>): PlanSearch => ({
    unknown: search['unknown'] === 'holds' ? 'holds' : undefined,
    point: typeof search['point'] === 'number' ? search['point'] : undefined,
  }),
  component: lazyRouteComponent(() => import('../pages/plan/plan-page.tsx'), 'PlanPage'),
});

const scanRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/scans/$scan',
  validateSearch: (search: Record<string, unknown>): { probe?: string | undefined } => ({
    probe: textOf(search['probe']),
  }),
  component: lazyRouteComponent(() => import('../pages/scan/scan-page.tsx'), 'ScanPage'),
});

const evidenceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/evidence/$digest',
  component: lazyRouteComponent(() => import('../pages/evidence/evidence-page.tsx'), 'EvidencePage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    startRoute,
    overviewRoute,
    practiceRoute,
    assetsRoute,
    scansRoute,
    incidentsRoute,
    questionsRoute,
    planRoute,
    scanRoute,
    evidenceRoute,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: CrashedPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function sideOf(search: Record<string, unknown>): Side | undefined {
  return sides.find((each) => each === search['side']);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
