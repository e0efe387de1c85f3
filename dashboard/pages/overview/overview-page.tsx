/** Overview of a system: what fell, what falls next, what waits; then the 18 practices. */
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Overview } from '../../../server/contract/api.ts';
import { overviewQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { usePresent } from '../../app/present.ts';
import type { Side } from '../../app/router.tsx';
import { type ScanNow, useScanNow } from '../../app/scan-now.ts';
import { AsOfButton, useAsOf } from '../../frame/as-of.tsx';
import { Button, KeyHints } from '../../frame/controls.tsx';
import { Path } from '../../frame/path.tsx';
import { ProblemNote, ProblemPage } from '../../frame/problem.tsx';
import { SideFilter } from '../../frame/side-filter.tsx';
import { GaugeKey } from '../../gauge/gauge.tsx';
import { words } from '../../words/catalogue.ts';
import { dateTimeOf, hashOf } from '../../words/format.ts';
import { changedRows } from '../../words/sentences.ts';
import { HeadStrip } from './head-strip.tsx';
import classes from './overview.module.css';
import { PracticeCards } from './practice-cards.tsx';
import { PracticeTable } from './practice-table.tsx';

const route = getRouteApi('/systems/$system');

export function OverviewPage() {
  const { system } = route.useParams();
  const asOf = useAsOf();
  const overview = useQuery(overviewQuery(system, asOf));
  if (overview.data !== undefined && overview.data.system.id === system) return <Loaded overview={overview.data} />;
  if (overview.error !== null) return <ProblemPage error={overview.error} />;
  return <div className={classes.page} style={{ minHeight: 760 }} aria-busy="true" />;
}

function Loaded({ overview }: { overview: Overview }) {
  const { system, assessment, rows } = overview;
  const asOf = useAsOf();
  const at = usePresent(system.id, asOf);
  const scan = useScanNow(system.id, asOf);
  const navigate = useNavigate();
  const { side } = route.useSearch();
  const shown = rows.filter((row) => side === undefined || row.sides[side] !== undefined);
  const first = changedRows(overview)[0] ?? rows[0];
  const [current, setCurrent] = useState(first?.practice ?? '');
  const index = shown.findIndex((each) => each.practice === current);
  const move = (by: number) => () => {
    const next = shown[Math.min(shown.length - 1, Math.max(0, index + by))];
    if (next === undefined) return;
    setCurrent(next.practice);
    document.getElementById(`practice-${next.practice}`)?.focus();
  };
  useKeys({
    j: move(1),
    k: move(-1),
    arrowdown: move(1),
    arrowup: move(-1),
    enter: () =>
      void navigate({
        to: '/systems/$system/practices/$code',
        params: { system: system.id, code: current },
        search: { side },
      }),
  });
  const says = words.overview;
  const owners = [system.owners.business, system.owners.technical].filter((each) => each !== undefined);
  return (
    <div className={classes.page}>
      <Path
        steps={[{ name: system.site.name }, { name: system.name }, { name: words.frame.overview }]}
        title={<MobileTitle name={system.name} />}
      />
      <div className={classes.title}>
        <h1>{system.name}</h1>
        <p className={classes.about}>
          {[
            says.about(system.assets, system.zones),
            ...(system.profile === undefined ? [] : [says.profile(system.profile)]),
            ...(owners.length === 0 ? [] : [says.owners([...new Set(owners)])]),
          ].join(' · ')}
        </p>
        <div className={`${classes.acts} noPrint`}>
          <AsOfButton system={system.id} />
          <ScanButton scan={scan} running={system.runningScan?.id} />
        </div>
      </div>
      {scan.error !== null && <ProblemNote error={scan.error} writing />}
      {system.silentSince !== undefined && <Silent since={dateTimeOf(system.silentSince, at.timeZone)} />}
      {assessment === undefined && <p className={classes.begin}>{words.firstRun.noScan}</p>}
      <HeadStrip overview={overview} at={at} />
      <div className={classes.filter}>
        <OverviewSides rows={rows} side={side} />
      </div>
      <PracticeTable {...{ overview, shown, side, at, current }} onCurrent={setCurrent} />
      <PracticeCards {...{ overview, shown, side, at }} />
      <Foot />
      {assessment !== undefined && (
        <p className="printOnly small">
          {words.print(assessment.pack, hashOf(assessment.hash), dateTimeOf(assessment.at, at.timeZone))}
          {` · ${location.href}`}
        </p>
      )}
    </div>
  );
}

function OverviewSides({ rows, side }: { rows: Overview['rows']; side: Side | undefined }) {
  const says = words.sides.overview;
  const countOf = (of: Side) => rows.filter((row) => row.sides[of] !== undefined).length;
  return (
    <SideFilter
      side={side}
      label={says.label}
      all={says.all}
      countOf={countOf}
      says={(of) => {
        const name = words.sides.names[of];
        return countOf(of) === 0 ? says.none(name) : says.says(countOf(of), rows.length, name);
      }}
    />
  );
}

function MobileTitle({ name }: { name: string }) {
  return (
    <>
      <span className={classes.wideOnly}>{words.frame.overview}</span>
      <span className={classes.narrowOnly}>{name}</span>
    </>
  );
}

function ScanButton({ scan, running }: { scan: ScanNow; running: string | undefined }) {
  const navigate = useNavigate();
  if (running !== undefined)
    return (
      <Button look="primary" onClick={() => void navigate({ to: '/scans/$scan', params: { scan: running } })}>
        {words.overview.openScan}
      </Button>
    );
  return (
    <Button look="primary" onClick={scan.start} disabled={!scan.possible} title={scan.why}>
      {scan.pending ? words.overview.starting : words.overview.scanNow}
    </Button>
  );
}

function Silent({ since }: { since: string }) {
  const [check, setCheck] = useState(false);
  const says = words.silent;
  return (
    <div className={classes.banner} role="status">
      <IconPlugConnectedX size={16} stroke={1.6} aria-hidden="true" />
      <div style={{ flex: 1 }}>
        <p>
          <strong>{says.lead(since)}</strong>
          {says.rest}
        </p>
        {check && (
          <ol style={{ listStyle: 'decimal', paddingLeft: 20 }}>
            {says.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        )}
      </div>
      <Button onClick={() => setCheck(!check)} aria-expanded={check}>
        {says.check}
      </Button>
    </div>
  );
}

const keyStore = 'plimsoll.gaugeKey';

function Foot() {
  const [shown, setShown] = useState(() => localStorage.getItem(keyStore) !== 'away');
  const toggle = () => {
    localStorage.setItem(keyStore, shown ? 'away' : 'shown');
    setShown(!shown);
  };
  const hints = words.keys.hints;
  return (
    <div className={`${classes.foot} noPrint`}>
      <KeyHints
        hints={[
          [['J', 'K'], hints.move],
          [['Enter'], hints.open],
          [['?'], hints.all],
        ]}
      />
      <div className={classes.keyRow}>
        {shown && <GaugeKey />}
        <button type="button" className={classes.away} onClick={toggle}>
          {shown ? words.gauge.hideKey : words.gauge.showKey}
        </button>
      </div>
    </div>
  );
}
