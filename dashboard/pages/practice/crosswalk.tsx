/** Ids of other frameworks that speak of the same thing as this practice. */
import { useQuery } from '@tanstack/react-query';
import type { CrosswalkEntry } from '../../../server/contract/api.ts';
import { crosswalkQuery } from '../../api/queries.ts';
import { ProblemNote } from '../../frame/problem.tsx';
import { words } from '../../words/catalogue.ts';
import classes from './knowledge.module.css';

const says = words.crosswalk;

export function Crosswalk({ code }: { code: string }) {
  const entries = useQuery(crosswalkQuery(code));
  if (entries.error !== null) return <ProblemNote error={entries.error} />;
  if (entries.data === undefined) return <div style={{ minHeight: 600 }} aria-busy="true" />;
  return (
    <div className={classes.guide}>
      <p className={classes.lead}>{entries.data.length === 0 ? says.none : says.lead}</p>
      {[...Map.groupBy(entries.data, (each) => each.framework)].map(([framework, members]) => (
        <Framework key={framework} framework={framework} entries={members} />
      ))}
    </div>
  );
}

function Framework({ framework, entries }: { framework: string; entries: readonly CrosswalkEntry[] }) {
  const first = entries[0];
  if (first === undefined) return null;
  const noted = entries.some((each) => each.note !== undefined);
  return (
    <section className={classes.level} aria-labelledby={`framework-${framework}`}>
      <header className={classes.levelHead}>
        <h2 id={`framework-${framework}`}>{first.title}</h2>
        <span className="quiet small">
          <span className="mono">{framework}</span>, {says.edition(first.edition)}, {says.count(entries.length)}
        </span>
      </header>
      <table className={`${classes.table} ${noted ? classes.noted : ''}`}>
        <thead>
          <tr>
            <th scope="col">{says.columns.id}</th>
            <th scope="col">{says.columns.level}</th>
            <th scope="col">{says.columns.status}</th>
            {noted && <th scope="col">{says.columns.note}</th>}
          </tr>
        </thead>
        <tbody>
          {entries.map((each) => (
            <tr key={`${each.id} ${each.level ?? ''} ${each.status}`}>
              <td className="mono">{each.id}</td>
              <td>{each.level === undefined ? <span className="quiet">{says.all}</span> : each.level}</td>
              <td className={each.status === 'ours' ? 'quiet' : ''}>{says.statuses[each.status]}</td>
              {noted && <td className="quiet">{each.note}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
