/** Starting a scan, and why it may not be possible now. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { startScan, stopQuery } from '../api/queries.ts';
import { words } from '../words/catalogue.ts';
import { useSystem } from './present.ts';

export interface ScanNow {
  readonly start: () => void;
  readonly possible: boolean;
  /** Why not, in the title of the button. */
  readonly why: string | undefined;
  readonly pending: boolean;
  readonly error: Error | null;
}

/** Starts a scan and opens its page. */
export function useScanNow(system: string, asOf?: string): ScanNow {
  const client = useQueryClient();
  const navigate = useNavigate();
  const stop = useQuery(stopQuery);
  const running = useSystem(system)?.runningScan;
  const starting = useMutation({
    mutationFn: () => startScan(system),
    onSuccess: (scan) => {
      void client.invalidateQueries({ queryKey: ['systems'] });
      void client.invalidateQueries({ queryKey: ['scans', system] });
      void navigate({ to: '/scans/$scan', params: { scan: scan.id } });
    },
  });
  const why =
    asOf !== undefined
      ? words.decision.off.asOf
      : stop.data?.stopped === true
        ? words.stop.banner
        : running !== undefined
          ? words.overview.scanRunning
          : undefined;
  return {
    start: () => starting.mutate(),
    possible: why === undefined && !starting.isPending,
    why,
    pending: starting.isPending,
    error: starting.error,
  };
}
