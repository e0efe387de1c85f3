/** The rows by level, from 1 up. The lowest level that does not hold is open; what lies past the target is one line. */
import { IconChevronDown, IconChevronRight, IconClockExclamation } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { IndicatorResult, IndicatorText, PracticePage } from '../../../server/contract/api.ts';
import type { Level } from '../../../server/contract/assessment.ts';
import type { Present } from '../../app/present.ts';
import type { Side } from '../../app/router.tsx';
import { SideFilter } from '../../frame/side-filter.tsx';
import { EvidenceMark, ReasonMark, StatusMarkOf } from '../../marks/marks.tsx';
import { CoverageBar } from '../../marks/shapes.tsx';
import { words } from '../../words/catalogue.ts';
import { listed } from '../../words/counting.ts';
import { ageOf, exactOf, isAgeing } from '../../words/format.ts';
import { markOf, remedyWords } from '../../words/marks.ts';
import { levelCounts, levelHolds } from '../../words/sentences.ts';
import { IndicatorDetail } from './indicator-detail.tsx';
import classes from './practice.module.css';

const route = getRouteApi('/systems/$system/practices/$code');
const levels: readonly Level[] = [1, 2, 3, 4];

export function IndicatorLevels({ page, at }: { page: PracticePage; at: Present }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const rowsOf = (n: Level) => page.result.indicators.filter((each) => each.level === n);
  // What lies past the target stays one line, also where everything up to it holds.
  const lowest = levels.find((n) => !levelHolds(rowsOf(n)) && n <= (page.result.target?.level ?? 4));
  const opened = page.result.indicators.find((each) => each.id === search.row)?.level;
  const turned = search.levels ?? [];
  const { side } = search;
  const shownOf = (n: Level) => rowsOf(n).filter((row) => side === undefined || servesOf(page, row.id).includes(side));
  // What was filtered for is open by itself, on whichever level it lies.
  const opensByItself = (n: Level) => (side === undefined ? n === lowest : shownOf(n).length > 0);
  const isOpen = (n: Level) => opensByItself(n) !== turned.includes(n) || opened === n;
  const turn = (n: Level) => {
    const next = turned.includes(n) ? turned.filter((each) => each !== n) : [...turned, n];
    const closing = isOpen(n);
    void navigate({
      to: '.',
      search: (before) => ({
        ...before,
        levels: next.length === 0 ? undefined : next,
        // Folding a level folds the row that was open in it.
        ...(closing && opened === n ? { row: undefined, member: undefined, levels: search.levels } : {}),
      }),
      resetScroll: false,
    });
  };
  return (
    <div>
      <PracticeSides page={page} />
      {levels.map((n) => (
        <LevelSection
          key={n}
          n={n}
          page={page}
          rows={rowsOf(n)}
          shown={shownOf(n)}
          at={at}
          open={isOpen(n)}
          onTurn={() => turn(n)}
        />
      ))}
    </div>
  );
}

function servesOf(page: PracticePage, id: string): IndicatorText['serves'] {
  return page.indicators.find((each) => each.id === id)?.serves ?? [];
}

function PracticeSides({ page }: { page: PracticePage }) {
  const { side } = route.useSearch();
  const says = words.sides;
  const all = page.result.indicators;
  const countOf = (of: Side) => all.filter((row) => servesOf(page, row.id).includes(of)).length;
  return (
    <SideFilter
      side={side}
      label={says.label}
      all={says.all}
      countOf={countOf}
      says={(of) =>
        countOf(of) === 0 ? says.none(says.names[of]) : says.says(countOf(of), all.length, says.names[of])
      }
    />
  );
}

interface SectionProps {
  readonly n: Level;
  readonly page: PracticePage;
  readonly rows: readonly IndicatorResult[];
  /** Those that the filter leaves; counts and levels are those of all. */
  readonly shown: readonly IndicatorResult[];
  readonly at: Present;
  readonly open: boolean;
  readonly onTurn: () => void;
}

function LevelSection({ n, page, rows, shown, at, open, onTurn }: SectionProps) {
  const says = words.practice;
  const target = page.result.target?.level;
  const past = target !== undefined && n > target;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const ordered = shown.toSorted((a, b) => Number(b.core) - Number(a.core));
  return (
    <section className={classes.level}>
      <button
        type="button"
        className={`${classes.levelHead} ${past ? classes.past : ''}`}
        aria-expanded={open}
        onClick={onTurn}
      >
        <h3>
          <Chevron size={14} stroke={1.6} aria-hidden="true" />
          {says.level(n)}
          {n === target && says.levelTarget}
        </h3>
        <span className="quiet small">
          {rows.length === 0 ? says.noRows : past ? says.levelPast(rows.length) : levelCounts(rows)}
          {shown.length < rows.length && `; ${words.sides.shown(shown.length, rows.length)}`}
        </span>
        {!open && shown.length > 0 && <span className={`${classes.act} small`}>{says.show}</span>}
      </button>
      <div className={open ? '' : past ? classes.folded : classes.foldedOnScreen}>
        {ordered.map((row) => (
          <IndicatorRow
            key={row.id}
            row={row}
            text={page.indicators.find((each) => each.id === row.id)}
            system={page.system.id}
            at={at}
          />
        ))}
      </div>
    </section>
  );
}

interface RowProps {
  readonly row: IndicatorResult;
  readonly text: IndicatorText | undefined;
  readonly system: string;
  readonly at: Present;
}

function IndicatorRow({ row, text, system, at }: RowProps) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const says = words.practice;
  const open = search.row === row.id;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const turn = () =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, row: open ? undefined : row.id, member: undefined }),
      resetScroll: false,
    });
  const unknown = row.status === 'unknown';
  return (
    <div id={row.id} className={`${classes.row} ${open ? classes.open : ''} ${row.core ? '' : classes.supporting}`}>
      <button type="button" className={classes.rowHead} aria-expanded={open} onClick={turn}>
        <Chevron size={14} stroke={1.6} aria-hidden="true" className={classes.chevron ?? ''} />
        <StatusMarkOf mark={markOf(row)} />
        <span className={classes.asked}>
          <span className={classes.question}>{text?.question ?? row.id}</span>
          <span className={classes.meta}>
            {row.of !== undefined && row.of > 0 && (
              <>
                <CoverageBar
                  coverage={{ good: row.good ?? 0, bad: row.bad ?? 0, unseen: row.unseen ?? 0, of: row.of }}
                  min={text?.min}
                />
                <span className={classes.counts}>
                  {says.of(row.good ?? 0, row.of, row.unseen ?? 0, row.excepted ?? 0)}
                </span>
              </>
            )}
            {row.evidence !== undefined && <EvidenceMark evidence={row.evidence} />}
            {text?.self === true && <span>{says.own}</span>}
            <span>{row.core ? says.core : says.supportingSays}</span>
            {search.side !== undefined && (text?.serves.length ?? 0) > 0 && (
              <span>{words.sides.also(listed((text?.serves ?? []).map((each) => words.sides.names[each])))}</span>
            )}
          </span>
        </span>
        <Age row={row} at={at} />
      </button>
      {unknown && row.reason !== undefined && (
        <p className={classes.settle}>
          <ReasonMark reason={row.reason} />
          {remedyWords[row.reason]}
          {text !== undefined && row.reason !== 'notCovered' && `, ${costOf(row, text)}`}
          {row.wouldDecide !== undefined && `; ${says.wouldDecide(row.wouldDecide)}`}
        </p>
      )}
      {open && <IndicatorDetail id={row.id} system={system} at={at} />}
    </div>
  );
}

function Age({ row, at }: { row: IndicatorResult; at: Present }) {
  if (row.oldestAt === undefined) return <span className={classes.age} />;
  const ageing = isAgeing(row.oldestAt, row.changesOn, at.now);
  return (
    <span className={`${classes.age} ${ageing ? classes.amber : ''}`} title={exactOf(row.oldestAt, at.timeZone)}>
      {ageing && <IconClockExclamation size={13} stroke={1.6} aria-hidden="true" />}
      {ageOf(row.oldestAt, at.now)}
    </span>
  );
}

/** By the cheapest way: packets where looking again would do, minutes of a person else. */
function costOf(row: IndicatorResult, text: IndicatorText): string {
  const again = row.reason === 'notSeen' || row.reason === 'stale';
  return again && text.packets > 0 ? words.practice.look(text.packets) : words.practice.ask(text.minutes);
}
