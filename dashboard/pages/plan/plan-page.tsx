/** What to do next for all targets of a system: from budget to targets reached, and where not to spend. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { PlanPage as Plan } from '../../../server/contract/advice.ts';
import { planQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { AsOfButton, useAsOf } from '../../frame/as-of.tsx';
import { CodeBlock } from '../../frame/controls.tsx';
import { Path, useSystemPath } from '../../frame/path.tsx';
import { ProblemPage } from '../../frame/problem.tsx';
import { obstacleText } from '../../words/advice.ts';
import { words } from '../../words/catalogue.ts';
import { levelShort } from '../../words/counting.ts';
import { BudgetChart } from './budget-chart.tsx';
import classes from './plan.module.css';
import { PurchaseTable } from './purchase-table.tsx';

const route = getRouteApi('/systems/$system/plan');
const says = words.plan;

export function PlanPage() {
  const { system } = route.useParams();
  const asOf = useAsOf();
  const plan = useQuery(planQuery(system, asOf));
  const navigate = useNavigate();
  useKeys({ escape: () => void navigate({ to: '/systems/$system', params: { system } }) });
  const steps = useSystemPath(system, says.title);
  if (plan.error !== null && plan.data === undefined) return <ProblemPage error={plan.error} />;
  return (
    <div className={classes.page}>
      <Path steps={steps} />
      <div className={classes.title}>
        <h1>{says.title}</h1>
        {plan.data !== undefined && plan.data.targets > 0 && (
          <span className="quiet">{says.about(plan.data.reached.length, plan.data.targets)}</span>
        )}
        <div className={classes.end}>
          <AsOfButton system={system} />
        </div>
      </div>
      <p className={classes.lead}>{says.lead}</p>
      <p role="status" className="quiet">
        {plan.isFetching && plan.data === undefined && says.working}
      </p>
      {plan.data !== undefined && <Loaded plan={plan.data} system={system} />}
    </div>
  );
}

function Loaded({ plan, system }: { plan: Plan; system: string }) {
  if (plan.targets === 0)
    return (
      <section>
        <p>{says.noTargets}</p>
        <div className={classes.example}>
          <CodeBlock text={says.noTargetsExample} label={says.noTargetsLabel} />
        </div>
      </section>
    );
  const { points } = plan.curves.missing;
  return (
    <>
      {plan.assessment === undefined && <p className={classes.note}>{says.fresh}</p>}
      {points.length === 0 && plan.curves.missing.unreachable.length === 0 ? (
        <p>{says.nothingToBuy}</p>
      ) : (
        <section>
          <h2>{says.chart}</h2>
          <BudgetChart plan={plan} />
          <Purchases plan={plan} system={system} />
        </section>
      )}
      <Clashes plan={plan} system={system} />
      <DoNotSpend plan={plan} system={system} />
      <Prices plan={plan} />
    </>
  );
}

function Purchases({ plan, system }: { plan: Plan; system: string }) {
  const { unknown = 'missing' } = route.useSearch();
  return (
    <>
      <div className={classes.reading}>
        <nav className={classes.choices} aria-label={says.readings}>
          <span className="quiet">{says.readings}</span>
          {(['missing', 'holds'] as const).map((each) => (
            <Link
              key={each}
              to="."
              search={(before) => ({ ...before, unknown: each === 'missing' ? undefined : each, point: undefined })}
              className={classes.choice}
              aria-current={each === unknown ? 'true' : undefined}
              activeOptions={{ explicitUndefined: true, includeHash: false }}
              resetScroll={false}
            >
              {says.reading[each]}
            </Link>
          ))}
        </nav>
        <p className="quiet small">{says.readingSays[unknown]}</p>
      </div>
      <PurchaseTable plan={plan} points={plan.curves[unknown].points} system={system} />
      <Unreachable plan={plan} curve={plan.curves[unknown]} system={system} />
    </>
  );
}

function Unreachable(of: { plan: Plan; curve: Plan['curves']['missing']; system: string }) {
  const { plan, curve, system } = of;
  if (curve.unreachable.length === 0) return null;
  return (
    <section className={classes.part}>
      <h2>{says.unreachable}</h2>
      <ul className={classes.list}>
        {curve.unreachable.map(({ practice, obstacles }) => (
          <li key={practice}>
            <PracticeLink plan={plan} code={practice} system={system} />
            <span>{obstacles.map((each) => obstacleText(each, (row) => plan.rows[row] ?? row)).join(' ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Clashes({ plan, system }: { plan: Plan; system: string }) {
  if (plan.clashes.length === 0) return null;
  return (
    <section className={classes.part}>
      <h2>{says.clashes}</h2>
      <ul className={classes.plain}>
        {plan.clashes.map((each) => (
          <li key={`${each.practice} ${each.restsOn}`}>
            {says.clash(each.practice, each.level, each.in, each.rowLevel, each.itsTarget)}
            <Link
              to="/systems/$system/practices/$code"
              params={{ system, code: each.in }}
              search={{ row: each.restsOn }}
              hash={each.restsOn}
              className="inText"
            >
              {plan.rows[each.restsOn] ?? each.restsOn}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function DoNotSpend({ plan, system }: { plan: Plan; system: string }) {
  if (plan.doNotSpend.length === 0) return null;
  const worst = { overSpend: 0, met: 1, noTarget: 2 } as const;
  return (
    <section className={classes.part}>
      <h2>
        {says.doNotSpend} <span className="quiet small">{says.doNotSpendSays}</span>
      </h2>
      <ul className={classes.list}>
        {plan.doNotSpend
          .toSorted((a, b) => worst[a.why] - worst[b.why])
          .map(({ practice, level, target, why }) => (
            <li key={practice}>
              <PracticeLink plan={plan} code={practice} system={system} />
              <span className={why === 'overSpend' ? classes.strong : ''}>{says.why[why]}</span>
              <span className="quiet">{says.levelOf(levelShort(level), target)}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}

function Prices({ plan }: { plan: Plan }) {
  const { days, stated } = plan.costs;
  const classesOf = Object.entries(days).map(([name, value]) => `${name} ${value}`);
  const all = stated.length === classesOf.length;
  return (
    <section className={classes.part}>
      <h2>{says.prices}</h2>
      <p>
        {says.pricesSay(classesOf.join(', '))}{' '}
        {all ? says.pricesOwn : stated.length === 0 ? says.pricesDefault : says.pricesSome(stated.join(', '))}
      </p>
      {!all && (
        <div className={classes.example}>
          <CodeBlock text={says.pricesExample(days)} label={says.pricesLabel} />
        </div>
      )}
    </section>
  );
}

function PracticeLink({ plan, code, system }: { plan: Plan; code: string; system: string }) {
  return (
    <Link to="/systems/$system/practices/$code" params={{ system, code }} className={classes.practice}>
      <span className={classes.code}>{code}</span> {plan.practices[code]}
    </Link>
  );
}
