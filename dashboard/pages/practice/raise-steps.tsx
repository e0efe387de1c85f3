/** The steps of a set, in an order in which they can be taken: what to do, for which assets, who, at what cost. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RaisePage, RaiseStep } from '../../../server/contract/advice.ts';
import type { PracticePage } from '../../../server/contract/api.ts';
import { useSystem } from '../../app/present.ts';
import { ReasonMark, StatusMarkOf } from '../../marks/marks.tsx';
import { becauseOf, daysText, doingOf, whoOf } from '../../words/advice.ts';
import { words } from '../../words/catalogue.ts';
import { listed } from '../../words/counting.ts';
import { harmless, hashOf } from '../../words/format.ts';
import { isDigest } from '../../words/records.ts';
import { Ticked } from './indicator-detail.tsx';
import classes from './raise.module.css';
import { RowLink } from './raise-tab.tsx';

const says = words.raise;

interface StepsProps {
  readonly page: PracticePage;
  readonly answer: RaisePage;
  readonly steps: readonly RaiseStep[];
  readonly ticked: ReadonlySet<string>;
  readonly onTurn: (row: string) => void;
}

export function RaiseSteps(props: StepsProps) {
  return (
    <ol className={classes.steps} aria-label={says.list}>
      {props.steps.map((step, index) => (
        <StepRow key={step.row} step={step} n={index + 1} {...props} />
      ))}
    </ol>
  );
}

function StepRow({ step, n, page, answer, steps, ticked, onTurn }: StepsProps & { step: RaiseStep; n: number }) {
  const { question = step.row, fix } = answer.rows[step.row] ?? {};
  const summary = useSystem(page.system.id);
  const first = step.after.map((row) => says.step(steps.findIndex((each) => each.row === row) + 1));
  const id = `step-${step.row}`;
  return (
    <li className={ticked.has(step.row) ? classes.ticked : ''}>
      <input
        type="checkbox"
        id={id}
        checked={ticked.has(step.row)}
        onChange={() => onTurn(step.row)}
        aria-describedby={`${id}-row`}
      />
      <div>
        <label htmlFor={id} className={classes.doing}>
          <span className={classes.n}>{n}</span>
          <span>
            <Ticked text={doingOf(step, fix)} />
          </span>
        </label>
        <p id={`${id}-row`} className={classes.row}>
          <RowLink page={page} row={step.row} text={question} />
          <StatusMarkOf mark={step.reason === 'stale' ? 'stale' : step.status} />
          {step.reason !== undefined && step.reason !== 'stale' && <ReasonMark reason={step.reason} />}
        </p>
        <dl className={classes.about}>
          {step.members.length > 0 && (
            <>
              <dt>{says.for}</dt>
              <dd>
                <Members step={step} answer={answer} system={page.system.id} />
              </dd>
            </>
          )}
          <dt>{says.who}</dt>
          <dd>{harmless(whoOf(step, { assetOwners: answer.owners, system: summary?.owners }))}</dd>
          {step.kind !== 'fix' && fix !== undefined && step.becomes === 'met' && (
            <>
              <dt>{says.ifMissing}</dt>
              <dd>
                <Ticked text={fix} />
              </dd>
            </>
          )}
          <dt>{says.why}</dt>
          <dd>{becauseOf(step, page.practice.code)}</dd>
          {first.length > 0 && (
            <>
              <dt>{says.first}</dt>
              <dd>{listed(first)}</dd>
            </>
          )}
        </dl>
      </div>
      <div className={classes.cost}>
        <span>{says.effort[step.effort]}</span>
        <span>{daysText(step.cost)}</span>
        {step.cost.minutes > 0 && <span>{says.cost.minutes(Math.max(1, Math.round(step.cost.minutes)))}</span>}
        {step.cost.packets > 0 && <span>{says.cost.packets(step.cost.packets)}</span>}
        {step.lastsDays !== undefined && <span className="quiet">{says.cost.lasts(step.lastsDays)}</span>}
      </div>
    </li>
  );
}

const firstShown = 5;

function Members({ step, answer, system }: { step: RaiseStep; answer: RaisePage; system: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? step.members : step.members.slice(0, firstShown);
  return (
    <>
      {shown.map((member, index) => (
        <span key={member}>
          {index > 0 && ', '}
          <MemberName member={member} name={answer.assets[member]} system={system} />
        </span>
      ))}
      {shown.length < step.members.length && (
        <>
          {' '}
          <button type="button" className={classes.linkButton} onClick={() => setAll(true)}>
            {says.every(step.members.length)}
          </button>
        </>
      )}
    </>
  );
}

/** A zone, an organisation or an element of a register has no line in the list of assets. */
function MemberName({ member, name, system }: { member: string; name: string | undefined; system: string }) {
  if (member === system) return words.practice.nobody;
  if (name === undefined || name === member) return isDigest(member) ? hashOf(member, 'sentence') : harmless(member);
  return (
    <Link to="/systems/$system/assets" params={{ system }} search={{ filter: name }} className="inText">
      {harmless(name)}
    </Link>
  );
}
