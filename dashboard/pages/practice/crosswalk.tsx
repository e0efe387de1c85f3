/** Ids of other frameworks that speak of the same thing as this practice. */
import { useQuery } from '@tanstack/react-query';
import type { CrosswalkEntry } from '../../../server/contract/api.ts';
import { crosswalkQuery } from '../../api/queries.ts';
import { ProblemNote } from '../../frame/problem.tsx';
import { words } from '../../words/catalogue.ts';
import { levelWord } from '../../words/counting.ts';
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
  return (
    <section className={classes.level} aria-labelledby={`framework-${framework}`}>
      <header className={classes.levelHead}>
        <h2 id={`framework-${framework}`}>{first.title}</h2>
        <span className="quiet small">
          <span className="mono">{framework}</span>, {says.edition(first.edition)}, {says.count(entries.length)}
        </span>
      </header>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{says.columns.level}</th>
            <th scope="col">{says.columns.status}</th>
            <th scope="col">{says.columns.ids}</th>
          </tr>
        </thead>
        <tbody>
          {[...Map.groupBy(entries, alikeOf)].map(([alike, members]) => (
            <AlikeRow key={alike} entries={members} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Ids of one level, kind of link and note share a line. */
function AlikeRow({ entries }: { entries: readonly CrosswalkEntry[] }) {
  const first = entries[0];
  if (first === undefined) return null;
  return (
    <tr>
      <td>{first.level === undefined ? <span className="quiet">{says.all}</span> : levelWord(first.level)}</td>
      <td className={first.status === 'ours' ? 'quiet' : ''}>{says.statuses[first.status]}</td>
      <td>
        <ul className={classes.ids}>
          {entries.map((each) => (
            <li key={each.id} className="mono">
              {each.id}
            </li>
          ))}
        </ul>
        {first.note !== undefined && <p className="quiet small">{first.note}</p>}
      </td>
    </tr>
  );
}

function alikeOf({ level, status, note }: CrosswalkEntry): string {
  return [level ?? '', status, note ?? ''].join('/');
}
