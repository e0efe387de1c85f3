/** One observation, down to its bytes. First: does the chain hold. */
import { useClipboard } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { EvidencePage as Evidence } from '../../../server/contract/api.ts';
import { evidenceQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { usePresent, useSystem } from '../../app/present.ts';
import { Button, Instant, KeyHints } from '../../frame/controls.tsx';
import { useNameSystem } from '../../frame/frame.tsx';
import { Path } from '../../frame/path.tsx';
import { ProblemPage } from '../../frame/problem.tsx';
import { OutcomeMark } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { dateTimeOf, harmless, timeOf } from '../../words/format.ts';
import classes from './evidence.module.css';
import {
  Chain,
  ChainVerdict,
  FactTable,
  LedgerNumbers,
  RedactedNote,
  Transcript,
  UnseenTable,
} from './evidence-parts.tsx';

const route = getRouteApi('/evidence/$digest');

export function EvidencePage() {
  const { digest } = route.useParams();
  const evidence = useQuery(evidenceQuery(digest));
  if (evidence.data !== undefined) return <Loaded page={evidence.data} again={() => void evidence.refetch()} />;
  if (evidence.error !== null) return <ProblemPage error={evidence.error} />;
  return <div className={classes.page} style={{ minHeight: 700 }} aria-busy="true" />;
}

function Loaded({ page, again }: { page: Evidence; again: () => void }) {
  const says = words.evidence;
  const at = usePresent(page.system);
  const system = useSystem(page.system);
  const router = useRouter();
  const clipboard = useClipboard();
  const nameSystem = useNameSystem();
  useEffect(() => {
    nameSystem(page.system);
    return () => nameSystem(undefined);
  }, [nameSystem, page.system]);
  useKeys({ y: () => clipboard.copy(page.digest), v: again, escape: () => router.history.back() });
  const title = says.title(harmless(page.assetName), page.collector);
  const steps = useMemo(
    () => [
      ...(system === undefined
        ? []
        : [
            { name: system.site.name },
            { name: system.name, to: '/systems/$system' as const, params: { system: page.system } },
          ]),
      { name: title },
    ],
    [system, page.system, title],
  );
  return (
    <div className={classes.page}>
      <Path steps={steps} />
      <div className={classes.head}>
        <div className={classes.title}>
          <h1>{title}</h1>
          <OutcomeMark outcome={page.outcome} />
          <ChainVerdict chain={page.chain} />
          <div className={classes.acts}>
            <Button onClick={again}>{says.verify}</Button>
          </div>
        </div>
        <EvidenceMeta page={page} timeZone={at.timeZone} />
      </div>
      <Chain chain={page.chain} />
      <div className={classes.columns}>
        <div className={classes.left}>
          <FactTable facts={page.facts} wide />
          <UnseenTable unseen={page.unseen} />
          <RedactedNote redacted={page.redacted} />
          <LedgerNumbers ledger={page.ledger} />
          <p className="quiet small">{says.keep}</p>
        </div>
        <div className={classes.right}>
          <Transcript page={page} />
          <div className={`${classes.foot} noPrint`}>
            <KeyHints
              hints={[
                [['Y'], words.keys.hints.copy],
                [['V'], words.keys.hints.verify],
                [['Esc'], words.keys.hints.back],
              ]}
            />
          </div>
        </div>
      </div>
    </div>
  );
}

export function EvidenceMeta({ page, timeZone }: { page: Evidence; timeZone: string }) {
  const says = words.evidence;
  return (
    <p className={classes.meta}>
      {page.detail !== undefined && <b>{harmless(page.detail)}</b>}
      <span>
        {says.observed}{' '}
        <b>
          <Instant at={page.observedAt} timeZone={timeZone}>
            {dateTimeOf(page.observedAt, timeZone)}
          </Instant>
        </b>
      </span>
      <span>
        {says.recorded} <b>{timeOf(page.recordedAt, timeZone, true)}</b>
      </span>
      <span>
        {says.collector}{' '}
        <b>
          {page.collector} {page.collectorVersion}
        </b>
      </span>
      <span>
        {says.tier} <b>{page.tier}</b>
      </span>
      <span>
        {says.target} <b className="mono">{harmless(page.target)}</b>
      </span>
      <Link to="/scans/$scan" params={{ scan: page.scan }} search={{ probe: `${page.asset}/${page.probe}` }}>
        {says.scan}
      </Link>
    </p>
  );
}
