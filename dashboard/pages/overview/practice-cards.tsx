/** The practices under 720 px: tabs, and a row each with gauge, level, fit, change and what it waits for. */
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Overview, OverviewRow } from '../../../server/contract/api.ts';
import type { Present } from '../../app/present.ts';
import { type OverviewTab, overviewTabs, type Side } from '../../app/router.tsx';
import { LevelGauge } from '../../gauge/gauge.tsx';
import { ChangeMark, FitMark } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { changedRows, gaugeInputOf } from '../../words/sentences.ts';
import classes from './overview.module.css';
import { isTinted, Level, SideCounts } from './practice-table.tsx';

const route = getRouteApi('/systems/$system');

interface CardsProps {
  readonly overview: Overview;
  /** Those that the filter leaves. */
  readonly shown: readonly OverviewRow[];
  readonly side: Side | undefined;
  readonly at: Present;
}

export function PracticeCards({ overview, shown, side, at }: CardsProps) {
  const search = route.useSearch();
  const params = { system: overview.system.id };
  const lists: Record<OverviewTab, readonly OverviewRow[]> = {
    changed: changedRows(overview),
    waiting: overview.rows.filter((row) => row.waitsFor !== undefined),
    below: overview.rows.filter((row) => row.result.fit === 'below' && row.result.target !== undefined),
    all: overview.rows,
  };
  const listed = (each: OverviewTab) => lists[each].filter((row) => shown.includes(row));
  const tab = search.tab ?? (lists.changed.length > 0 ? 'changed' : 'all');
  return (
    <>
      <nav className={classes.tabs} aria-label={words.overview.columns.practice}>
        {overviewTabs.map((each) => (
          <Link
            key={each}
            to="/systems/$system"
            params={params}
            search={(before) => ({ ...before, tab: each })}
            aria-current={each === tab ? 'page' : undefined}
          >
            {words.overview.tabs[each]} {listed(each).length}
          </Link>
        ))}
      </nav>
      <div className={classes.cards}>
        {listed(tab).length === 0 && <p className={classes.empty}>{words.overview.tabEmpty[tab]}</p>}
        {listed(tab).map((row) => (
          <Link
            key={row.practice}
            to="/systems/$system/practices/$code"
            params={{ ...params, code: row.practice }}
            search={{ side }}
            className={`${classes.card} ${isTinted(row) ? classes.cardTinted : ''}`}
          >
            <span className={`mono ${classes.cardCode}`}>{row.practice}</span>
            <span className={classes.cardName}>
              {row.name}
              <SideCounts row={row} side={side} />
            </span>
            <span className={classes.cardGauge}>
              <LevelGauge
                input={gaugeInputOf(row.result, {
                  confirmed: row.confirmed,
                  neverAssessed: row.neverAssessed,
                  silent: overview.system.silentSince !== undefined,
                })}
              />
            </span>
            <span className={`${classes.level} ${classes.cardLevel}`}>
              <Level row={row} at={at} />
            </span>
            <span>{!row.neverAssessed && <FitMark result={row.result} />}</span>
            {(row.change !== undefined || row.waitsFor !== undefined) && (
              <span className={classes.cardMore}>
                {row.change !== undefined && <ChangeMark change={row.change} result={row.result} />}
                {row.change !== undefined && row.waitsFor !== undefined && ' · '}
                {row.waitsFor !== undefined && words.overview.waitsFor[row.waitsFor]}
              </span>
            )}
          </Link>
        ))}
      </div>
    </>
  );
}
