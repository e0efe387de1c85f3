/** What each level of the practice asks, in our words, beside what is true of this system today. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { GuidePage, PracticePage } from '../../../server/contract/api.ts';
import { guideQuery } from '../../api/queries.ts';
import { ProblemNote } from '../../frame/problem.tsx';
import { StatusMarkOf } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { levelWord } from '../../words/counting.ts';
import { markOf } from '../../words/marks.ts';
import classes from './knowledge.module.css';

const says = words.guide;

export function LevelGuide({ page }: { page: PracticePage }) {
  const guide = useQuery(guideQuery(page.practice.code));
  if (guide.error !== null) return <ProblemNote error={guide.error} />;
  if (guide.data === undefined) return <div style={{ minHeight: 600 }} aria-busy="true" />;
  const { level, target } = page.result;
  return (
    <div className={classes.guide}>
      <p className={classes.purpose}>{guide.data.purpose}</p>
      <p className="quiet">
        {says.where(levelWord(level), target === undefined ? undefined : levelWord(target.level))}
      </p>
      {guide.data.levels.map((each) => (
        <GuideLevel key={each.level} guide={each} page={page} />
      ))}
    </div>
  );
}

function GuideLevel({ guide, page }: { guide: GuidePage['levels'][number]; page: PracticePage }) {
  const { result } = page;
  const held = guide.level <= (result.level ?? 0);
  const could = !held && guide.level <= result.ceiling;
  return (
    <section className={classes.level} aria-labelledby={`guide-${guide.level}`}>
      <header className={classes.levelHead}>
        <span className={`${classes.cell} ${held ? classes.held : could ? classes.could : ''}`} aria-hidden="true" />
        <h2 id={`guide-${guide.level}`}>
          {guide.level} {guide.name}
        </h2>
        {guide.level === result.level && <span className={classes.tag}>{says.proposed}</span>}
        {could && <span className={`${classes.tag} ${classes.unseen}`}>{says.couldHold}</span>}
        {guide.level === result.target?.level && (
          <span className={`${classes.tag} ${classes.target}`}>
            <svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">
              <line x1="0" x2="16" y1="6" y2="6" />
              <circle cx="8" cy="6" r="4" />
            </svg>
            {says.target}
          </span>
        )}
      </header>
      <p className={classes.objective}>{guide.objective}</p>
      <div className={classes.halves}>
        <div>
          <h3>{says.do}</h3>
          <ul className={classes.bullets}>
            {guide.do.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
        <div>
          <h3>{says.recognise}</h3>
          <ul className={classes.recognise}>
            {guide.indicators.map((each) => (
              <li key={each.text}>
                <p>{each.text}</p>
                <ul>
                  {each.rows.map((id) => (
                    <GuideRow key={id} id={id} page={page} />
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </div>
      </div>
      {guide.example !== undefined && (
        <div className={classes.example}>
          <h3>
            {says.illustration}
            <span className="quiet">{says.invented(guide.example.vertical)}</span>
          </h3>
          <p>{guide.example.text}</p>
        </div>
      )}
    </section>
  );
}

function GuideRow({ id, page }: { id: string; page: PracticePage }) {
  const result = page.result.indicators.find((each) => each.id === id);
  const question = page.indicators.find((each) => each.id === id)?.question ?? id;
  return (
    <li className={classes.guideRow}>
      {result === undefined ? (
        <span className="quiet">{says.notAssessed}</span>
      ) : (
        <StatusMarkOf mark={markOf(result)} />
      )}
      {result === undefined ? (
        <span className="mono">{id}</span>
      ) : (
        <Link
          to="."
          search={(before) => ({ ...before, tab: undefined, row: id, member: undefined })}
          hash={id}
          className="inText"
        >
          {question}
        </Link>
      )}
    </li>
  );
}
