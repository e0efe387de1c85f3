/** Where the practice would stand if the ticked steps were done and seen. The answer comes from the engine. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RaiseStep, WhatIfPage } from '../../../server/contract/advice.ts';
import type { PracticePage } from '../../../server/contract/api.ts';
import { whatIfQuery } from '../../api/queries.ts';
import { useAsOf } from '../../frame/as-of.tsx';
import { Button } from '../../frame/controls.tsx';
import { ProblemNote } from '../../frame/problem.tsx';
import { LevelGauge } from '../../gauge/gauge.tsx';
import { otherText, simulationText } from '../../words/advice.ts';
import { words } from '../../words/catalogue.ts';
import { levelWord } from '../../words/counting.ts';
import classes from './raise.module.css';
import { RowLink } from './raise-tab.tsx';

const says = words.raise;

interface SimulationProps {
  readonly page: PracticePage;
  readonly steps: readonly RaiseStep[];
  readonly chosen: readonly RaiseStep[];
  readonly onAll: () => void;
  readonly onNone: () => void;
}

export function Simulation({ page, steps, chosen, onAll, onNone }: SimulationProps) {
  const asOf = useAsOf();
  const asked = chosen.map(({ row, becomes, evidence }) => ({ row, becomes, evidence }));
  const answer = useQuery(whatIfQuery(page.system.id, asked, asOf));
  const found = chosen.length === 0 ? undefined : answer.data;
  const own = found?.practices.find(({ practice }) => practice === page.practice.code);
  // The answer before stays until the new one is there; its words are about the ticks that it was asked for.
  const text =
    own === undefined || answer.isPlaceholderData
      ? says.working
      : simulationText(own, chosen.length, page.result.target?.level);
  return (
    <section className={classes.simulation} aria-label={says.simulation}>
      <div className={classes.simulationHead}>
        <h3>{says.simulation}</h3>
        <span className="quiet small">{says.simulationSays}</span>
        <span className={classes.acts}>
          <Button onClick={onAll} disabled={chosen.length === steps.length}>
            {says.all}
          </Button>
          <Button onClick={onNone} disabled={chosen.length === 0}>
            {says.none}
          </Button>
        </span>
      </div>
      <Gauges page={page} own={own} />
      <p role="status" className={classes.outcome} aria-busy={answer.isFetching}>
        {chosen.length === 0 ? says.tickFirst : text}
      </p>
      {chosen.length > 0 && answer.error !== null && <ProblemNote error={answer.error} />}
      {found !== undefined && <Unfounded page={page} found={found} />}
      {found !== undefined && <Others page={page} found={found} />}
    </section>
  );
}

function Gauges({ page, own }: { page: PracticePage; own: WhatIfPage['practices'][number] | undefined }) {
  const { result } = page;
  const target = result.target?.level;
  const then = own?.to;
  return (
    <dl className={classes.gauges}>
      <div>
        <dt>{says.today}</dt>
        <dd>
          <LevelGauge input={{ ...result, target }} />
          <span>{levelWord(result.level)}</span>
        </dd>
      </div>
      <div className={classes.then}>
        <dt>{says.afterwards}</dt>
        {then !== undefined && (
          <dd>
            <LevelGauge input={{ ...then, target }} />
            <span>{levelWord(then.level)}</span>
          </dd>
        )}
      </div>
    </dl>
  );
}

function Unfounded({ page, found }: { page: PracticePage; found: WhatIfPage }) {
  if (found.unfounded.length === 0) return null;
  const [lead, end] = says.unfounded;
  return (
    <ul className={classes.notes}>
      {found.unfounded.map(({ row, needs }) => (
        <li key={row}>
          <RowLink page={page} row={row} text={found.rows[row]} /> {lead}
          {needs.map((need, index) => (
            <span key={need}>
              {index > 0 && ', '}
              <RowLink page={page} row={need} text={found.rows[need]} />
            </span>
          ))}
          {end}
        </li>
      ))}
    </ul>
  );
}

function Others({ page, found }: { page: PracticePage; found: WhatIfPage }) {
  const others = found.practices.flatMap((each) => {
    const text = otherText(each);
    return each.practice === page.practice.code || text === '' ? [] : [{ practice: each.practice, text }];
  });
  if (others.length === 0) return null;
  return (
    <div className={classes.others}>
      <h4>{says.others}</h4>
      <ul>
        {others.map(({ practice, text }) => (
          <li key={practice}>
            <Link
              to="/systems/$system/practices/$code"
              params={{ system: page.system.id, code: practice }}
              search={{ tab: 'raise' }}
              className="inText"
            >
              {practice}
            </Link>{' '}
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}
