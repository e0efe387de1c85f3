/** Four columns without boxes: last scan, changed since, falls next, waits for you. */
import { Link } from '@tanstack/react-router';
import type { Overview, OverviewRow, ScanSummary, WaitsFor } from '../../../server/contract/api.ts';
import type { Present } from '../../app/present.ts';
import { Instant } from '../../frame/controls.tsx';
import { useConnected } from '../../frame/frame.tsx';
import { ChangeIcon, WaitsIcon } from '../../marks/marks.tsx';
import { OutcomeBar } from '../../marks/outcome-bar.tsx';
import { words } from '../../words/catalogue.ts';
import { levelShort } from '../../words/counting.ts';
import { ageOf, dateTimeOf, daysUntil, harmless, shortDateOf, shortDateTimeOf, timeOf } from '../../words/format.ts';
import { changedRows, changeLead } from '../../words/sentences.ts';
import classes from './overview.module.css';

export function HeadStrip({ overview, at }: { overview: Overview; at: Present }) {
  const { system } = overview;
  return (
    <div className={classes.strip}>
      <LastScan overview={overview} at={at} />
      <section>
        <h2>{words.overview.changed}</h2>
        <Changed overview={overview} />
      </section>
      <section>
        <h2>{words.overview.falls}</h2>
        <Falls rows={overview.rows} system={system.id} at={at} />
      </section>
      <section>
        <h2>
          {words.overview.waits}
          <Link to="/systems/$system/plan" params={{ system: system.id }}>
            {words.overview.toPlan}
          </Link>
        </h2>
        <Waits rows={overview.rows} system={system.id} />
      </section>
    </div>
  );
}

function LastScan({ overview, at }: { overview: Overview; at: Present }) {
  const { lastScan, runningScan, nextScanAt } = overview.system;
  const connected = useConnected();
  const says = words.overview;
  return (
    <section>
      <h2>
        {runningScan === undefined ? says.lastScan : says.scanRunning}
        <span className={classes.live} role="status">
          <span className={`${classes.dot} ${connected ? '' : classes.dotOff}`} aria-hidden="true" />
          {connected ? words.frame.live : words.frame.notLive}
        </span>
      </h2>
      {runningScan !== undefined ? (
        <Running scan={runningScan} at={at} />
      ) : lastScan === undefined ? (
        <p>{says.noScan}</p>
      ) : (
        <Finished scan={lastScan} at={at} />
      )}
      {nextScanAt !== undefined && lastScan === undefined && runningScan === undefined && (
        <p className="quiet small">{says.nextScan(shortDateTimeOf(nextScanAt, at))}</p>
      )}
    </section>
  );
}

function Finished({ scan, at }: { scan: ScanSummary; at: Present }) {
  const says = words.overview;
  const seen = scan.outcomes.observed ?? 0;
  const ended = Object.values(scan.outcomes).reduce((sum, n) => sum + n, 0);
  const when = scan.finishedAt ?? scan.startedAt;
  return (
    <>
      <p>
        <Link to="/scans/$scan" params={{ scan: scan.id }} className={classes.when}>
          {scan.startedAt === undefined ? words.scan.states[scan.state] : dateTimeOf(scan.startedAt, at.timeZone)}
        </Link>{' '}
        {when !== undefined && (
          <span className="quiet">
            <Instant at={when} timeZone={at.timeZone}>
              {says.to(timeOf(when, at.timeZone), ageOf(when, at.now))}
            </Instant>
          </span>
        )}
      </p>
      <OutcomeBar outcomes={scan.outcomes} of={Math.max(scan.probes, ended)} />
      <p className="quiet">
        {says.observed(seen, ended)}
        {ended > seen && (
          <>
            {' · '}
            <span style={{ color: 'var(--pl-unknown)' }}>{says.notSeen(ended - seen)}</span>
          </>
        )}
      </p>
    </>
  );
}

function Running({ scan, at }: { scan: ScanSummary; at: Present }) {
  const ended = Object.values(scan.outcomes).reduce((sum, n) => sum + n, 0);
  return (
    <>
      <p>
        <Link to="/scans/$scan" params={{ scan: scan.id }} className={classes.when}>
          {scan.startedAt === undefined ? words.scan.states[scan.state] : dateTimeOf(scan.startedAt, at.timeZone)}
        </Link>
      </p>
      <OutcomeBar outcomes={scan.outcomes} of={scan.probes} />
      <p className="quiet">{words.overview.ended(ended, scan.probes)}</p>
    </>
  );
}

function Changed({ overview }: { overview: Overview }) {
  const rows = changedRows(overview);
  if (rows.length === 0) return <p className="quiet">{words.overview.noChange}</p>;
  // A fourth line would push the table out of sight; the table shows the others.
  const shown = rows.length > 3 ? rows.slice(0, 3) : rows;
  return (
    <ul className={classes.changed}>
      {shown.map((row) => (
        <li key={row.practice} className={row.change?.kind === 'fell' ? classes.fell : ''}>
          {row.change !== undefined && <ChangeIcon kind={row.change.kind} />}
          <Link
            to="/systems/$system/practices/$code"
            params={{ system: overview.system.id, code: row.practice }}
            style={{ flex: 'none' }}
          >
            {changeLead(row)}
          </Link>
          {row.change?.because !== undefined && (
            <span className={classes.cause} title={harmless(row.change.because)}>
              {harmless(row.change.because)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Falls({ rows, system, at }: { rows: readonly OverviewRow[]; system: string; at: Present }) {
  const falling = rows
    .flatMap((row) => (row.result.dropsOn === undefined ? [] : [{ row, on: row.result.dropsOn }]))
    .sort((a, b) => Date.parse(a.on) - Date.parse(b.on))
    .slice(0, 3);
  if (falling.length === 0) return <p className="quiet">{words.overview.noFalls}</p>;
  return (
    <ul>
      {falling.map(({ row, on }) => (
        <li key={row.practice}>
          <span className={`${classes.fallDate} ${daysUntil(on, at.now) <= 40 ? classes.near : ''}`}>
            <Instant at={on} timeZone={at.timeZone}>
              {shortDateOf(on, at)}
            </Instant>
          </span>
          <Link
            to="/systems/$system/practices/$code"
            params={{ system, code: row.practice }}
            className={classes.fallCode}
          >
            {row.practice}
          </Link>
          <span className={classes.cause} title={row.name}>
            {words.overview.fallsTo(levelShort(row.result.level), levelShort(row.result.dropsTo ?? null))}, {row.name}
          </span>
        </li>
      ))}
    </ul>
  );
}

const kinds: readonly WaitsFor[] = ['confirm', 'attest', 'evidence'];

function Waits({ rows, system }: { rows: readonly OverviewRow[]; system: string }) {
  const waiting = kinds.flatMap((kind) => {
    const of = rows.filter((row) => row.waitsFor === kind);
    const first = of[0];
    return first === undefined ? [] : [{ kind, n: of.length, first: first.practice }];
  });
  if (waiting.length === 0) return <p className="quiet">{words.overview.nothingWaits}</p>;
  return (
    <ul>
      {waiting.map(({ kind, n, first }) => {
        const [count, what] = words.overview.wait[kind](n);
        return (
          <li key={kind}>
            <WaitsIcon waits={kind} />
            {kind === 'attest' ? (
              <Link to="/systems/$system/questions" params={{ system }}>
                {count}
              </Link>
            ) : (
              <Link to="/systems/$system/practices/$code" params={{ system, code: first }}>
                {count}
              </Link>
            )}
            {what}
          </li>
        );
      })}
    </ul>
  );
}
