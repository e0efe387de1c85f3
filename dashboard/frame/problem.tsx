/** What happened, what was kept, what to do; then each thing wrong with its place. */
import { IconCircleX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import type { Problem } from '../../server/contract/api.ts';
import { ApiProblem, Offline } from '../api/client.ts';
import { words } from '../words/catalogue.ts';
import { harmless } from '../words/format.ts';
import { Button } from './controls.tsx';
import { Path } from './path.tsx';
import classes from './problem.module.css';

/** The whole page failed to load. */
export function ProblemPage({ error, retry }: { error: Error; retry?: () => void }) {
  const client = useQueryClient();
  const { title, happened, todo, problem } = readingOf(error);
  const says = words.problem;
  return (
    <div className={classes.page} role="alert">
      <Path steps={[{ name: title }]} />
      <h1>
        {title}
        {problem?.errors !== undefined && (
          <span className={classes.red}> {words.problem.count(problem.errors.length)}</span>
        )}
      </h1>
      <dl className={classes.three}>
        <div>
          <dt>{says.happened}</dt>
          <dd>{happened}</dd>
        </div>
        <div>
          <dt>{says.kept}</dt>
          <dd>{says.keptRead}</dd>
        </div>
        <div>
          <dt>{says.todo}</dt>
          <dd>{todo}</dd>
        </div>
      </dl>
      <ProblemList problem={problem} />
      <p className={classes.acts}>
        <Button
          look="primary"
          onClick={() => (retry === undefined ? void client.refetchQueries({ type: 'active' }) : retry())}
        >
          {says.again}
        </Button>
        <Link to="/">{says.home}</Link>
      </p>
    </div>
  );
}

/** An act failed; the page stays. */
export function ProblemNote({ error, writing = false }: { error: Error; writing?: boolean }) {
  const { title, happened, problem } = readingOf(error);
  return (
    <div role="alert">
      <p className={classes.note}>
        <IconCircleX size={16} stroke={1.6} aria-hidden="true" />
        <span>
          {happened === title ? title : `${title}. ${happened}`}{' '}
          {writing ? words.problem.keptWrite : words.problem.keptRead}
        </span>
      </p>
      <ProblemList problem={problem} />
    </div>
  );
}

export function MissingPage() {
  const [title, todo] = words.problem.notFound;
  return (
    <div className={classes.page}>
      <Path steps={[{ name: title }]} />
      <h1>{title}</h1>
      <p className="quiet">{todo}</p>
      <p>
        <Link to="/">{words.problem.home}</Link>
      </p>
    </div>
  );
}

export function CrashedPage({ error, reset }: ErrorComponentProps) {
  return <ProblemPage error={error instanceof Error ? error : new Error(String(error))} retry={reset} />;
}

function ProblemList({ problem }: { problem: Problem | undefined }) {
  if (problem?.errors === undefined || problem.errors.length === 0) return null;
  const says = words.problem;
  return (
    <ul className={classes.list}>
      {problem.errors.map((each) => (
        <li key={`${each.file}:${each.line}:${each.path}`}>
          <IconCircleX size={16} stroke={1.6} className={classes.red} aria-hidden="true" />
          <code className={classes.head}>{harmless(each.path)}</code>
          <span className="quiet">{says.place(harmless(each.file), each.line)}</span>
          <dl style={{ display: 'contents' }}>
            <dt>{says.expected}</dt>
            <dd>{harmless(each.expected)}</dd>
            <dt>{says.found}</dt>
            <dd>{harmless(each.found)}</dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function readingOf(error: Error): { title: string; happened: string; todo: string; problem?: Problem } {
  if (error instanceof Offline) {
    const [title, todo] = words.problem.offline;
    return { title, happened: title, todo };
  }
  if (error instanceof ApiProblem) {
    const { problem } = error;
    const title = harmless(problem.title);
    const todo = words.problem.todoBy[problem.status] ?? words.problem.todoElse;
    return { title, happened: harmless(problem.detail ?? problem.title), todo, problem };
  }
  const [title, todo] = words.problem.crashed;
  return { title, happened: harmless(error.message), todo };
}
