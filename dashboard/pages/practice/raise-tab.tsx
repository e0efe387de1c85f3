/** The smallest sets of steps to the next level or the target; what is ticked is simulated by the engine. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RaisePage } from '../../../server/contract/advice.ts';
import type { PracticePage } from '../../../server/contract/api.ts';
import { type RaiseAim, raiseQuery } from '../../api/queries.ts';
import type { Present } from '../../app/present.ts';
import { useAsOf } from '../../frame/as-of.tsx';
import { CodeBlock, Instant } from '../../frame/controls.tsx';
import { ProblemNote } from '../../frame/problem.tsx';
import { costText, obstacleText } from '../../words/advice.ts';
import { words } from '../../words/catalogue.ts';
import { levelShort, listed } from '../../words/counting.ts';
import { dateOf } from '../../words/format.ts';
import classes from './raise.module.css';
import { Simulation } from './raise-simulation.tsx';
import { RaiseSteps } from './raise-steps.tsx';

const route = getRouteApi('/systems/$system/practices/$code');
const says = words.raise;

export function RaiseTab({ page, at }: { page: PracticePage; at: Present }) {
  const asOf = useAsOf();
  const { to = 'next' } = route.useSearch();
  const { practice, system } = page;
  const raise = useQuery(raiseQuery({ system: system.id, code: practice.code, to }, asOf));
  return (
    <div className={classes.raise}>
      <div className={classes.head}>
        <h2>{says.title}</h2>
        <Aims page={page} to={to} />
        <Link to="/systems/$system/plan" params={{ system: system.id }} className={classes.toPlan}>
          {says.toPlan}
        </Link>
      </div>
      <p className={classes.lead}>{says.lead}</p>
      {raise.error !== null && <ProblemNote error={raise.error} />}
      {raise.data === undefined && raise.error === null && <div style={{ minHeight: 600 }} aria-busy="true" />}
      {raise.data !== undefined && <Found page={page} answer={raise.data} to={to} at={at} />}
    </div>
  );
}

function Aims({ page, to }: { page: PracticePage; to: RaiseAim }) {
  const { next, target } = page.result;
  const aims = [
    ['next', says.next(next === undefined ? undefined : String(next.level))],
    ['target', says.target(target?.level)],
  ] as const;
  return (
    <nav className={classes.choices} aria-label={says.aims}>
      {aims.map(([aim, name]) => (
        <Link
          key={aim}
          to="."
          search={(before) => ({ ...before, to: aim === 'next' ? undefined : aim, way: undefined })}
          className={classes.choice}
          aria-current={aim === to ? 'true' : undefined}
          activeOptions={{ explicitUndefined: true, includeHash: false }}
          resetScroll={false}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}

interface FoundProps {
  readonly page: PracticePage;
  readonly answer: RaisePage;
  readonly to: RaiseAim;
  readonly at: Present;
}

function Found({ page, answer, to, at }: FoundProps) {
  const { way = 1 } = route.useSearch();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const { raise } = answer;
  const { target } = page.result;
  if (raise.to === undefined && to === 'target')
    return (
      <>
        <p>{says.noTarget}</p>
        <CodeBlock text={says.noTargetExample(page.practice.code)} label={says.noTargetLabel} />
      </>
    );
  if (raise.to === undefined) return <p>{says.reached.next}</p>;
  if (raise.reached) return <p>{says.reached.target(target?.level ?? raise.to.level)}</p>;
  const set = raise.sets[way - 1] ?? raise.sets[0];
  if (set === undefined) return <Obstacles answer={answer} page={page} />;
  const chosen = set.steps.filter((step) => ticked.has(step.row));
  const turn = (row: string) => {
    const next = new Set(ticked);
    if (!next.delete(row)) next.add(row);
    setTicked(next);
  };
  return (
    <>
      <Ways answer={answer} way={raise.sets.indexOf(set) + 1} />
      <Simulation
        page={page}
        steps={set.steps}
        chosen={chosen}
        onAll={() => setTicked(new Set([...ticked, ...set.steps.map((step) => step.row)]))}
        onNone={() => setTicked(new Set())}
      />
      <RaiseSteps page={page} answer={answer} steps={set.steps} ticked={ticked} onTurn={turn} />
      <div className={classes.after}>
        <p>{says.total(costText(set.cost, 'sum'))}</p>
        {set.alsoRaises.length > 0 && <p>{says.also(listed(set.alsoRaises.map(alsoText), 6))}</p>}
        {set.holdsUntil !== undefined && (
          <p>
            <Instant at={set.holdsUntil} timeZone={at.timeZone}>
              {says.holdsUntil(dateOf(set.holdsUntil, at.timeZone))}
            </Instant>
            {set.firstToLapse === undefined ? (
              '.'
            ) : (
              <>
                {says.firstToLapse}
                <RowLink page={page} row={set.firstToLapse} />
              </>
            )}
          </p>
        )}
        {raise.more && <p className="quiet">{says.more}</p>}
      </div>
    </>
  );
}

function alsoText({ practice, from, to }: RaisePage['raise']['sets'][number]['alsoRaises'][number]): string {
  return `${practice} (${levelShort(from)} to ${to})`;
}

function Ways({ answer, way }: { answer: RaisePage; way: number }) {
  const { sets } = answer.raise;
  if (sets.length < 2) return null;
  return (
    <nav className={`${classes.choices} ${classes.ways}`} aria-label={says.waysLabel}>
      {sets.map((set, index) => (
        <Link
          key={set.steps.map((step) => step.row).join(' ')}
          to="."
          search={(before) => ({ ...before, way: index === 0 ? undefined : index + 1 })}
          className={classes.choice}
          aria-current={index + 1 === way ? 'true' : undefined}
          activeOptions={{ explicitUndefined: true, includeHash: false }}
          resetScroll={false}
        >
          {says.way(index + 1, set.steps.length)}
          <span>{costText(set.cost, 'sum')}</span>
        </Link>
      ))}
    </nav>
  );
}

function Obstacles({ answer, page }: { answer: RaisePage; page: PracticePage }) {
  const questionOf = (row: string) =>
    answer.rows[row]?.question ?? page.indicators.find((each) => each.id === row)?.question ?? row;
  return (
    <>
      <p>{says.blocked}</p>
      <ul className={classes.obstacles}>
        {answer.raise.obstacles.map((each) => (
          <li key={JSON.stringify(each)}>{obstacleText(each, questionOf)}</li>
        ))}
      </ul>
    </>
  );
}

/** A row of this practice by its question; of another one by its id, at its own page. */
export function RowLink({ page, row, text }: { page: PracticePage; row: string; text?: string | undefined }) {
  const code = (row.split('.')[0] ?? '').toUpperCase();
  const question = text ?? page.indicators.find((each) => each.id === row)?.question ?? row;
  return (
    <Link
      to="/systems/$system/practices/$code"
      params={{ system: page.system.id, code }}
      search={{ row }}
      hash={row}
      className="inText"
    >
      {question}
    </Link>
  );
}
