/** What to ask people next: the questions of the interview, in its order and its words. Answers are given there. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { NextQuestion } from '../../../server/contract/questions.ts';
import { questionsQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { type Present, usePresent } from '../../app/present.ts';
import { AsOfButton, useAsOf } from '../../frame/as-of.tsx';
import { Path, useSystemPath } from '../../frame/path.tsx';
import { ProblemPage } from '../../frame/problem.tsx';
import { words } from '../../words/catalogue.ts';
import { dateTimeOf, harmless } from '../../words/format.ts';
import classes from './questions.module.css';

const route = getRouteApi('/systems/$system/questions');
const says = words.questions;

export function QuestionsPage() {
  const { system } = route.useParams();
  const asOf = useAsOf();
  const at = usePresent(system, asOf);
  const questions = useQuery(questionsQuery(system, asOf));
  const navigate = useNavigate();
  useKeys({ escape: () => void navigate({ to: '/systems/$system', params: { system } }) });
  const steps = useSystemPath(system, says.title);
  if (questions.error !== null) return <ProblemPage error={questions.error} />;
  const all = questions.data ?? [];
  const open = all.filter(({ passed }) => passed === undefined);
  const over = all.filter(({ passed }) => passed !== undefined);
  return (
    <div className={classes.page} aria-busy={questions.data === undefined}>
      <Path steps={steps} />
      <div className={classes.title}>
        <h1>{says.title}</h1>
        <span className="quiet">
          {questions.data !== undefined && says.count(open.length, minutesOf(open), all.length >= shownAtMost)}
        </span>
        <div className={classes.end}>
          <AsOfButton system={system} />
        </div>
      </div>
      <p className={classes.lead}>{says.lead}</p>
      <p className={`${classes.command} noPrint`}>
        <span className="quiet">{says.answer}</span> <code>{says.command(system)}</code>
      </p>
      {questions.data !== undefined && open.length === 0 && <p className="quiet">{says.none}</p>}
      <ol className={classes.list}>
        {open.map((each) => (
          <Asked key={each.id} question={each} system={system} at={at} />
        ))}
      </ol>
      {over.length > 0 && (
        <section aria-labelledby="passed-over">
          <h2 id="passed-over">{says.passedTitle}</h2>
          <p className="quiet">{says.passedSay}</p>
          <ol className={classes.list}>
            {over.map((each) => (
              <Asked key={each.id} question={each} system={system} at={at} />
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

/** As many as the server is asked for. */
const shownAtMost = 200;

function Asked({ question, system, at }: { question: NextQuestion; system: string; at: Present }) {
  const { rows, minutes, buys, prompts, empty, passed, types } = question;
  const about = aboutOf(question);
  return (
    <li>
      <div>
        {rows.map(({ id, practice, question: text }) => (
          <p key={id} className={classes.row}>
            <span className="mono quiet">{practice}</span>
            <Link
              to="/systems/$system/practices/$code"
              params={{ system, code: practice }}
              search={{ row: id }}
              hash={id}
              className="inText"
              title={id}
            >
              {text}
            </Link>
          </p>
        ))}
        <ul className={classes.prompts}>
          {prompts.map(({ key, text, hint }) => (
            <li key={key}>
              {text}: <span className="quiet">{hint}</span>
            </li>
          ))}
        </ul>
        {empty === undefined && about !== undefined && (
          <p className={classes.note}>{says.about(about.names.map(harmless), about.total)}</p>
        )}
        {passed !== undefined && (
          <p className={classes.note}>
            {says.passed(
              passed.why,
              passed.by === undefined ? undefined : harmless(passed.by),
              dateTimeOf(passed.at, at.timeZone),
            )}
          </p>
        )}
      </div>
      <div className={classes.worth}>
        <p>{says.minutes(minutes)}</p>
        <p className="quiet small">{buys}</p>
        <p className="quiet small">{says.types(types)}</p>
      </div>
    </li>
  );
}

/** The longest list of those whom a fact is about: the same members stand under each fact of a question. */
function aboutOf({ about }: NextQuestion): { names: string[]; total: number } | undefined {
  const most = about.toSorted((a, b) => b.total - a.total)[0];
  if (most === undefined || most.total === 0) return undefined;
  return { names: most.members.slice(0, 6).map(({ name }) => name), total: most.total };
}

function minutesOf(questions: readonly NextQuestion[]): number {
  return questions.reduce((sum, { minutes }) => sum + minutes, 0);
}
