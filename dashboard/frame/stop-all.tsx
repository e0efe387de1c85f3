/** Stops every probe: at the same place on every page and width, at once, without a question. Letting them run asks. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { resumeAll, stopAll, stopQuery } from '../api/queries.ts';
import { usePresent } from '../app/present.ts';
import { words } from '../words/catalogue.ts';
import { shortDateTimeOf } from '../words/format.ts';
import controls from './controls.module.css';
import { Asking, Button } from './controls.tsx';
import classes from './frame.module.css';

const stopKey = ['stop-all'];

export function StopAllButton({ short }: { short: boolean }) {
  const client = useQueryClient();
  const state = useQuery(stopQuery);
  const stopping = useMutation({
    mutationKey: stopKey,
    mutationFn: stopAll,
    onSuccess: (now) => client.setQueryData(stopQuery.queryKey, now),
  });
  const stopped = state.data?.stopped === true;
  const says = words.stop;
  const text = stopping.isPending
    ? says.stopping
    : stopped
      ? short
        ? says.stoppedShort
        : says.stopped
      : short
        ? says.allShort
        : says.all;
  return (
    <Button
      className={classes.stop ?? ''}
      look={short ? 'bare' : 'plain'}
      onClick={() => stopping.mutate()}
      disabled={stopped || stopping.isPending}
      aria-label={short && !stopped ? says.all : undefined}
    >
      <span className={controls.square} aria-hidden="true" />
      {text}
    </Button>
  );
}

export function StopBanner({ system }: { system: string | undefined }) {
  const client = useQueryClient();
  const state = useQuery(stopQuery);
  const at = usePresent(system);
  const failed = client.getMutationCache().findAll({ mutationKey: stopKey }).at(-1)?.state.status === 'error';
  const resuming = useMutation({
    mutationFn: resumeAll,
    onSuccess: (now) => client.setQueryData(stopQuery.queryKey, now),
  });
  const says = words.stop;
  if (failed && state.data?.stopped !== true)
    return (
      <div className={classes.line} role="alert">
        {says.failed}
      </div>
    );
  if (state.data?.stopped !== true) return null;
  const { since, by } = state.data;
  return (
    <div className={classes.line} role="status">
      <span>
        <strong>{says.banner}</strong>
        {since !== undefined && says.since(shortDateTimeOf(since, at), by)}
        {says.bannerRest}
      </span>
      <span className={classes.lineAct}>
        <Asking
          question={says.resumeAsk}
          act={says.resume}
          keep={says.keep}
          onAct={() => resuming.mutate()}
          button={(open) => (
            <Button onClick={open} disabled={resuming.isPending}>
              {says.resume}
            </Button>
          )}
        />
      </span>
    </div>
  );
}
