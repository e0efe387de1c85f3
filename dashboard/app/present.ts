/** The present, once for a page: a clock that ticks each half minute, or the instant of `asOf`. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SystemSummary } from '../../server/contract/api.ts';
import { systemsQuery } from '../api/queries.ts';

export interface Present {
  readonly now: number;
  readonly timeZone: string;
}

export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Instants are shown in the site's zone; UTC until the site is known. */
export function usePresent(system: string | undefined, asOf?: string): Present {
  const now = useNow();
  const timeZone = useSystem(system)?.site.timeZone ?? 'UTC';
  return { now: asOf === undefined ? now : Date.parse(asOf), timeZone };
}

export function useSystem(id: string | undefined): SystemSummary | undefined {
  const systems = useQuery(systemsQuery);
  return systems.data?.find((each) => each.id === id);
}
