/** The 18 practices by domain and sub-domain. */
import { Link, useNavigate } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { Overview, OverviewRow } from '../../../server/contract/api.ts';
import type { Present } from '../../app/present.ts';
import type { Side } from '../../app/router.tsx';
import { Instant } from '../../frame/controls.tsx';
import { LevelGauge } from '../../gauge/gauge.tsx';
import { ChangeMark, FitMark, WaitsMark } from '../../marks/marks.tsx';
import { StepLine } from '../../marks/shapes.tsx';
import { words } from '../../words/catalogue.ts';
import { levelNames, levelShort } from '../../words/counting.ts';
import { daysUntil, harmless, monthOf, shortDateOf } from '../../words/format.ts';
import { type Status, statusWords } from '../../words/marks.ts';
import { domainText, gaugeInputOf } from '../../words/sentences.ts';
import classes from './overview.module.css';

const columns = [
  'colSub',
  'colCode',
  'colName',
  'colGauge',
  'colLevel',
  'colFit',
  'colTrend',
  'colChange',
  'colWaits',
  'colDrop',
] as const;

interface TableProps {
  readonly overview: Overview;
  /** Those that the filter leaves; what a domain says is that of all. */
  readonly shown: readonly OverviewRow[];
  readonly side: Side | undefined;
  readonly at: Present;
  readonly current: string;
  readonly onCurrent: (code: string) => void;
}

export function PracticeTable({ overview, shown, side, at, current, onCurrent }: TableProps) {
  const says = words.overview.columns;
  return (
    <table className={`${classes.table} ${overview.system.silentSince === undefined ? '' : classes.dense}`}>
      <caption className="hidden">{words.overview.caption}</caption>
      <colgroup>
        {columns.map((name) => (
          <col key={name} className={classes[name]} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col" className={classes.subHead}>
            {says.subDomain}
          </th>
          <th scope="col" colSpan={2} style={{ paddingLeft: 8 }}>
            {says.practice}
          </th>
          <th scope="col">{says.gauge}</th>
          <th scope="col">{says.proposed}</th>
          <th scope="col">{says.fit}</th>
          <th scope="col" className={classes.trend}>
            {says.trend}
          </th>
          <th scope="col">{says.change}</th>
          <th scope="col">{says.waits}</th>
          <th scope="col">{says.drop}</th>
        </tr>
      </thead>
      {groupsOf(shown, (row) => row.domain).map(([domain, rows]) => (
        <Fragment key={domain}>
          <tbody>
            <tr>
              <th scope="rowgroup" colSpan={3} className={classes.domain}>
                {domain}
                <span className="quiet small">{domainText(overview.rows.filter((row) => row.domain === domain))}</span>
              </th>
            </tr>
          </tbody>
          {groupsOf(rows, (row) => row.subDomain).map(([subDomain, pair]) => (
            <tbody key={subDomain} className={classes.pair}>
              {pair.map((row, index) => (
                <PracticeRow
                  key={row.practice}
                  row={row}
                  side={side}
                  overview={overview}
                  at={at}
                  spans={index === 0 ? pair.length : 0}
                  current={row.practice === current}
                  onCurrent={onCurrent}
                />
              ))}
            </tbody>
          ))}
        </Fragment>
      ))}
    </table>
  );
}

interface RowProps {
  readonly row: OverviewRow;
  readonly side: Side | undefined;
  readonly overview: Overview;
  readonly at: Present;
  /** Rows that the sub-domain spans; 0 where it stands already. */
  readonly spans: number;
  readonly current: boolean;
  readonly onCurrent: (code: string) => void;
}

function PracticeRow({ row, side, overview, at, spans, current, onCurrent }: RowProps) {
  const navigate = useNavigate();
  const { result } = row;
  const system = overview.system.id;
  const params = { system, code: row.practice };
  const tinted = isTinted(row);
  return (
    // The link in the row is the control; the row only makes it easier to hit.
    <tr
      className={`${classes.row} ${tinted ? classes.tinted : ''} ${current ? classes.currentRow : ''}`}
      onClick={() => void navigate({ to: '/systems/$system/practices/$code', params, search: { side } })}
    >
      {spans > 0 && (
        <th scope="rowgroup" rowSpan={spans} className={classes.sub}>
          {row.subDomain}
        </th>
      )}
      <td className={classes.code}>{row.practice}</td>
      <td className={classes.name}>
        <Link
          id={`practice-${row.practice}`}
          to="/systems/$system/practices/$code"
          params={params}
          search={{ side }}
          onFocus={() => onCurrent(row.practice)}
          onClick={(event) => event.stopPropagation()}
        >
          {row.name}
        </Link>
        <SideCounts row={row} side={side} />
      </td>
      <td>
        <LevelGauge
          input={gaugeInputOf(result, {
            confirmed: row.confirmed,
            neverAssessed: row.neverAssessed,
            silent: overview.system.silentSince !== undefined,
          })}
        />
      </td>
      <td className={classes.level}>
        <Level row={row} at={at} />
      </td>
      <td>{!row.neverAssessed && <FitMark result={result} />}</td>
      <td className={classes.trend}>
        <StepLine steps={row.trend} target={result.target?.level} now={at.now} />
      </td>
      <td title={row.change?.because === undefined ? undefined : harmless(row.change.because)}>
        {row.change !== undefined && <ChangeMark change={row.change} result={result} />}
      </td>
      <td>{row.waitsFor !== undefined && <WaitsMark waits={row.waitsFor} />}</td>
      <td className={classes.drop}>
        <Drop row={row} at={at} />
      </td>
    </tr>
  );
}

/** How the rows stand that bear on the chosen side. Counts, and no level: the model has levels of security only. */
export function SideCounts({ row, side }: { row: OverviewRow; side: Side | undefined }) {
  const counts = side === undefined ? undefined : row.sides[side];
  if (side === undefined || counts === undefined) return null;
  const parts = statuses
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${statusWords[status].toLowerCase()}`);
  return (
    <span className={`quiet small ${classes.side}`}>{words.sides.overview.of(words.sides.names[side], parts)}</span>
  );
}

const statuses = ['met', 'notMet', 'unknown', 'notApplicable'] as const satisfies readonly Status[];

/** Fell, or stands below what was confirmed: the row to see first. */
export function isTinted(row: OverviewRow): boolean {
  const confirmed = row.confirmed ?? null;
  if (row.change?.kind === 'fell') return true;
  return !row.neverAssessed && confirmed !== null && confirmed > (row.result.level ?? 0);
}

export function Level({ row, at }: { row: OverviewRow; at: Present }) {
  const { level, lapsedSince, strictLevel } = row.result;
  if (row.neverAssessed) return <span className="quiet">{words.gauge.ladder.never}</span>;
  if (level === null) return <span className="quiet">{levelShort(null)}</span>;
  return (
    <>
      <b>{level}</b> {levelNames[level]}
      {strictLevel !== undefined && (
        <span className={`quiet ${classes.levelNote}`}>{words.overview.adapted(levelShort(strictLevel))}</span>
      )}
      {lapsedSince !== undefined && (
        <span className={`${classes.near} ${classes.levelNote}`}>
          {words.overview.lapsed(shortDateOf(lapsedSince, at))}
        </span>
      )}
    </>
  );
}

function Drop({ row, at }: { row: OverviewRow; at: Present }) {
  const { dropsOn, dropsTo } = row.result;
  if (dropsOn === undefined) return null;
  const days = daysUntil(dropsOn, at.now);
  return (
    <Instant at={dropsOn} timeZone={at.timeZone}>
      {days > farDays ? (
        monthOf(dropsOn, at.timeZone)
      ) : (
        <>
          <span className={days <= 40 ? classes.near : ''}>{shortDateOf(dropsOn, at)}</span>{' '}
          {dropsTo === undefined || dropsTo === null
            ? words.overview.dropToNothing
            : words.overview.dropTo(String(dropsTo))}
        </>
      )}
    </Instant>
  );
}

/** A day further away than this needs its year; the column then shows the month, the practice page the rest. */
const farDays = 359;

/** In the order in which the groups first appear. */
function groupsOf<T>(rows: readonly T[], keyOf: (row: T) => string): [string, T[]][] {
  return [...Map.groupBy(rows, keyOf)];
}
