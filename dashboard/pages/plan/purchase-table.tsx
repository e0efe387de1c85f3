/** The points of a curve as a table: what to do next, for which target, for how much. */
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { PlanPage, PlanPoint, RaiseStep } from '../../../server/contract/advice.ts';
import { costText, doingOf } from '../../words/advice.ts';
import { words } from '../../words/catalogue.ts';
import { listed } from '../../words/counting.ts';
import { harmless, hashOf, numberOf } from '../../words/format.ts';
import { isDigest } from '../../words/records.ts';
import classes from './plan.module.css';

const route = getRouteApi('/systems/$system/plan');
const says = words.plan;

export function PurchaseTable(of: { plan: PlanPage; points: readonly PlanPoint[]; system: string }) {
  const { plan, points, system } = of;
  const { columns } = says;
  if (points.length === 0) return null;
  return (
    <table className={classes.table}>
      <caption className="hidden">{says.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.target}</th>
          <th scope="col" className={classes.number}>
            {columns.days}
          </th>
          <th scope="col" className={classes.number}>
            {columns.sum}
          </th>
          <th scope="col" className={classes.number}>
            {columns.minutes}
          </th>
          <th scope="col" className={classes.number}>
            {columns.reached}
          </th>
          <th scope="col">{columns.steps}</th>
        </tr>
      </thead>
      <tbody>
        {points.map((point, index) => (
          <Purchase
            key={point.practice}
            plan={plan}
            point={point}
            n={index + 1}
            system={system}
            before={points[index - 1]}
          />
        ))}
      </tbody>
    </table>
  );
}

interface PurchaseProps {
  readonly plan: PlanPage;
  readonly point: PlanPoint;
  readonly n: number;
  readonly system: string;
  readonly before: PlanPoint | undefined;
}

function Purchase({ plan, point, n, system, before }: PurchaseProps) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const open = search.point === n;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const had = before?.reached ?? plan.reached;
  const beside = point.reached.filter((code) => !had.includes(code) && code !== point.practice);
  const turn = () =>
    void navigate({
      to: '.',
      search: (old) => ({ ...old, point: open ? undefined : n }),
      resetScroll: false,
    });
  return (
    <Fragment>
      <tr>
        <th scope="row">
          <Link
            to="/systems/$system/practices/$code"
            params={{ system, code: point.practice }}
            search={{ tab: 'raise', to: 'target' }}
            className={classes.practice}
          >
            <span className={classes.code}>{point.practice}</span> {plan.practices[point.practice]}
          </Link>{' '}
          <span className="quiet">{says.level(point.level)}</span>
          {beside.length > 0 && <span className={classes.beside}>{says.brings(listed(beside, 6))}</span>}
        </th>
        <td className={classes.number} data-label={says.columns.days}>
          {numberOf(point.budget - (before?.budget ?? 0))}
        </td>
        <td className={classes.number} data-label={says.columns.sum}>
          <b>{numberOf(point.budget)}</b>
        </td>
        <td className={classes.number} data-label={says.columns.minutes}>
          {numberOf(Math.round(point.cost.minutes))}
        </td>
        <td className={classes.number} data-label={says.columns.reached}>
          {says.of(point.reached.length, plan.targets)}
        </td>
        <td>
          <button type="button" className={classes.turn} aria-expanded={open} onClick={turn}>
            <Chevron size={14} stroke={1.6} aria-hidden="true" />
            {says.steps(point.steps.length)}
          </button>
        </td>
      </tr>
      {open && (
        <tr className={classes.opened}>
          <td colSpan={6}>
            <ol>
              {point.steps.map((step) => (
                <StepLine key={step.row} step={step} plan={plan} system={system} />
              ))}
            </ol>
          </td>
        </tr>
      )}
    </Fragment>
  );
}

function StepLine({ step, plan, system }: { step: RaiseStep; plan: PlanPage; system: string }) {
  const names = step.members.map((member) =>
    isDigest(member) ? hashOf(member, 'sentence') : harmless(plan.assets[member] ?? member),
  );
  return (
    <li>
      <span>
        <b>{step.kind === 'fix' ? words.raise.fix : doingOf(step, undefined)}:</b>{' '}
        <Link
          to="/systems/$system/practices/$code"
          params={{ system, code: step.practice }}
          search={{ row: step.row }}
          hash={step.row}
          className="inText"
        >
          {plan.rows[step.row] ?? step.row}
        </Link>
        {names.length > 0 && <span className="quiet"> {listed(names, 4)}</span>}
      </span>
      <span className="quiet">{costText(step.cost)}</span>
    </li>
  );
}
