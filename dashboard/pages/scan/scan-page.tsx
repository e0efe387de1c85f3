/** A scan, live or ended: the same page, an ended one without Stop. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { ScanPage as Scan, ScanProbe, ScanSummary } from '../../../server/contract/api.ts';
import { useScanStream } from '../../api/live.ts';
import { safetyQuery, scanQuery, stopScan } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { useNow, usePresent, useSystem } from '../../app/present.ts';
import controls from '../../frame/controls.module.css';
import { Asking, Button } from '../../frame/controls.tsx';
import { useNameSystem } from '../../frame/frame.tsx';
import { Path } from '../../frame/path.tsx';
import { ProblemNote, ProblemPage } from '../../frame/problem.tsx';
import { OutcomeMark, outcomeOf } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { bytesOf, dateTimeOf, durationOf, harmless, latencyOf, numberOf, shortDateTimeOf } from '../../words/format.ts';
import { ProbeTable } from './probe-table.tsx';
import { ProbeTranscript } from './probe-transcript.tsx';
import { probeKey, zonesOf } from './probes.ts';
import classes from './scan.module.css';
import { ZoneBlocks } from './zone-blocks.tsx';

const route = getRouteApi('/scans/$scan');
const says = words.scan;

export function ScanPage() {
  const { scan } = route.useParams();
  const page = useQuery(scanQuery(scan));
  if (page.data !== undefined) return <Loaded key={scan} page={page.data} />;
  if (page.error !== null) return <ProblemPage error={page.error} />;
  return <div className={classes.page} style={{ minHeight: 700 }} aria-busy="true" />;
}

function Loaded({ page }: { page: Scan }) {
  const { scan, probes } = page;
  const going = scan.state === 'running' || scan.state === 'waiting';
  const { lines, assessed } = useScanStream(scan.id, going);
  const client = useQueryClient();
  const navigate = useNavigate();
  const at = usePresent(scan.system);
  const system = useSystem(scan.system);
  const search = route.useSearch();
  const [asking, setAsking] = useState(false);
  const [follow, setFollow] = useState(true);
  const nameSystem = useNameSystem();
  useEffect(() => {
    nameSystem(scan.system);
    return () => nameSystem(undefined);
  }, [nameSystem, scan.system]);
  const stopping = useMutation({
    mutationFn: () => stopScan(scan.id),
    onSuccess: (now) => client.setQueryData(scanQuery(scan.id).queryKey, now),
  });
  // Until somebody chooses, the newest running probe is shown; nothing moves under the pointer afterwards.
  const chosen =
    probes.find((each) => probeKey(each) === search.probe) ??
    probes.find((each) => each.state === 'running') ??
    probes[0];
  const choose = (probe: ScanProbe) =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, probe: probeKey(probe) }),
      replace: true,
      resetScroll: false,
    });
  const ordered = zonesOf(page).flatMap((zone) => zone.probes);
  const move = (by: number) => () => {
    const index = ordered.findIndex((each) => chosen !== undefined && probeKey(each) === probeKey(chosen));
    const next = ordered[Math.min(ordered.length - 1, Math.max(0, index + by))];
    if (next !== undefined) choose(next);
  };
  useKeys({
    j: move(1),
    k: move(-1),
    arrowdown: move(1),
    arrowup: move(-1),
    f: () => setFollow((before) => !before),
    'shift+s': going ? () => setAsking(true) : undefined,
    enter:
      chosen?.digest === undefined
        ? undefined
        : () => void navigate({ to: '/evidence/$digest', params: { digest: chosen.digest ?? '' } }),
    escape: () => void navigate({ to: '/systems/$system/scans', params: { system: scan.system } }),
  });
  const when = scan.startedAt;
  const steps = useMemo(
    () => [
      ...(system === undefined ? [] : [{ name: system.site.name }]),
      { name: page.systemName, to: '/systems/$system' as const, params: { system: scan.system } },
      { name: says.listTitle, to: '/systems/$system/scans' as const, params: { system: scan.system } },
      {
        name:
          when === undefined
            ? says.titleWaiting
            : shortDateTimeOf(when, { timeZone: at.timeZone, now: Date.parse(when) }),
      },
    ],
    [system, page.systemName, scan.system, when, at.timeZone],
  );
  return (
    <div className={classes.page}>
      <Path steps={steps} />
      <div className={classes.head}>
        <div className={classes.title}>
          <h1>{when === undefined ? says.titleWaiting : says.title(dateTimeOf(when, at.timeZone))}</h1>
          <State scan={scan} />
          <span className="quiet">{says.askedBy(scan.askedBy)}</span>
          {going && (
            <div className={classes.acts}>
              <Asking
                question={says.stopAsk}
                act={says.stop}
                keep={says.stopKeep}
                opened={asking}
                onOpen={setAsking}
                onAct={() => stopping.mutate()}
                button={(open) => (
                  <Button look="danger" onClick={open} disabled={stopping.isPending}>
                    <span className={controls.square} aria-hidden="true" />
                    {says.stop}
                  </Button>
                )}
              />
            </div>
          )}
        </div>
        {scan.reason !== undefined && <p className={classes.note}>{harmless(scan.reason)}</p>}
        {scan.state === 'stopped' && <p className="quiet">{says.stopped}</p>}
        {stopping.error !== null && <ProblemNote error={stopping.error} writing />}
        <ZoneBlocks page={page} chosen={chosen} onChoose={choose} />
        <div className={classes.counts}>
          <Counts probes={probes} />
          <Safety page={page} />
          <Events scan={scan} />
        </div>
        {assessed && (
          <p className={classes.note} role="status">
            {says.assessed}{' '}
            <Link to="/systems/$system" params={{ system: scan.system }}>
              {says.seeOverview}
            </Link>
          </p>
        )}
      </div>
      <div className={classes.columns}>
        <div className={classes.left}>
          <ProbeTable page={page} timeZone={at.timeZone} chosen={chosen} onChoose={choose} />
        </div>
        <div className={classes.right}>
          <ProbeTranscript probe={chosen} lines={lines} follow={follow} onFollow={setFollow} going={going} />
        </div>
      </div>
    </div>
  );
}

function State({ scan }: { scan: ScanSummary }) {
  const now = useNow(1000);
  const begun = scan.startedAt === undefined ? undefined : Date.parse(scan.startedAt);
  const end = scan.finishedAt === undefined ? now : Date.parse(scan.finishedAt);
  const took = begun === undefined ? '' : ` ${durationOf(end - begun)}`;
  if (scan.state === 'running')
    return (
      <span className={`${classes.state} ${classes.running}`}>
        <OutcomeMark outcome="running" />
        {took}
      </span>
    );
  const broken = scan.state === 'interrupted' || scan.state === 'stopped' || scan.state === 'skipped';
  return (
    <span className={`${classes.state} ${broken ? classes.amber : classes.plain}`}>
      {words.scan.states[scan.state]}
      {took !== '' && scan.state !== 'waiting' && words.scan.after(took)}
    </span>
  );
}

function Counts({ probes }: { probes: readonly ScanProbe[] }) {
  const counts = Map.groupBy(probes, outcomeOf);
  return [...counts].map(([outcome, members]) => (
    <span key={outcome} className={classes.count}>
      <b>{members.length}</b> <OutcomeMark outcome={outcome} />
    </span>
  ));
}

/** What somebody has to look into: a device that slowed down, fell silent or said that it is not well. */
function Events({ scan }: { scan: ScanSummary }) {
  const safety = useQuery(safetyQuery(scan));
  if (safety.error !== null) return <ProblemNote error={safety.error} />;
  const events = safety.data?.events ?? [];
  if (events.length === 0) return null;
  return (
    <div className={classes.events} role="alert">
      <ul>
        {events.map(({ asset, probe, rule, because, beforeMs, afterMs }) => (
          <li key={`${asset}/${probe}`}>
            <b>
              {asset}/{probe}
            </b>{' '}
            <span className="mono">{rule}</span> {harmless(because)}
            {beforeMs !== undefined &&
              afterMs !== undefined &&
              `. ${says.answerTimes(timesOf(beforeMs), timesOf(afterMs))}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function timesOf(times: readonly number[]): string {
  return times.length === 0 ? says.noAnswer : times.map(latencyOf).join(', ');
}

/** What was done to the plant, against what was allowed. */
function Safety({ page }: { page: Scan }) {
  const { limits, probes } = page;
  const ledgers = probes.flatMap((each) => (each.ledger === undefined ? [] : [each.ledger]));
  const sum = (key: 'connections' | 'requests' | 'bytesReceived') =>
    ledgers.reduce((total, each) => total + each[key], 0);
  const slowest = Math.max(0, ...ledgers.map((each) => each.maxLatencyMs));
  const bounded = limits.maxLatencyMs > 0 && limits.maxLatencyMs !== slowest;
  return (
    <p className={classes.safety}>
      {[
        says.readOnly(limits.tier),
        says.connections(numberOf(sum('connections')), limits.connections),
        says.requests(numberOf(sum('requests')), numberOf(limits.requests)),
        says.bytes(bytesOf(sum('bytesReceived'))),
        bounded
          ? says.slowest(latencyOf(slowest), latencyOf(limits.maxLatencyMs))
          : says.slowestAlone(latencyOf(slowest)),
        ...(limits.loopback ? [says.loopback] : []),
      ].join(' · ')}
    </p>
  );
}
