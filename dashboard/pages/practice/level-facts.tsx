/** The facts about a level, beside the ladder. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PracticePage } from '../../../server/contract/api.ts';
import type { Present } from '../../app/present.ts';
import { Instant } from '../../frame/controls.tsx';
import { words } from '../../words/catalogue.ts';
import { levelNames, levelShort } from '../../words/counting.ts';
import { daysUntil, percentOf, shortDateOf, shortDateTimeOf } from '../../words/format.ts';
import { rangeText } from '../../words/sentences.ts';
import classes from './practice.module.css';

export function LevelFacts({ page, at }: { page: PracticePage; at: Present }) {
  const { result, confirmed, assessment } = page;
  const says = words.practice.facts;
  const unsupported = confirmed !== undefined && (confirmed.level ?? 0) > (result.level ?? 0);
  return (
    <dl className={classes.facts}>
      <Fact name={says.proposed}>
        {page.neverAssessed ? words.gauge.ladder.never : <LevelText level={result.level} />}
        {!page.neverAssessed && result.ceiling > (result.level ?? 0) && <div>{`range ${rangeText(result)}`}</div>}
        {!page.neverAssessed && result.assessedTo < 4 && <div>{says.notAssessedAbove(result.assessedTo)}</div>}
        {result.lapsedSince !== undefined && (
          <div className={classes.amber}>{words.overview.lapsed(shortDateOf(result.lapsedSince, at))}</div>
        )}
      </Fact>
      {result.strictLevel !== undefined && (
        <Fact name={says.strict}>
          <LevelText level={result.strictLevel} />
        </Fact>
      )}
      <Fact name={says.confirmed}>
        {confirmed === undefined ? (
          says.never
        ) : (
          <>
            <LevelText level={confirmed.level} />, {shortDateOf(confirmed.at, at)}
            {unsupported && <div className={classes.red}>{says.noLonger}</div>}
          </>
        )}
      </Fact>
      <Fact name={says.target}>
        {result.target === undefined ? says.noTarget : <LevelText level={result.target.level} />}
        {result.target?.reason !== undefined && <div>{result.target.reason}</div>}
      </Fact>
      {result.technicalLevel !== null && <Fact name={says.technical}>{result.technicalLevel}</Fact>}
      <Fact name={says.scope}>{says.scopes[result.scope]}</Fact>
      {!page.neverAssessed && (
        <>
          <Fact name={says.coverage}>{says.coverageSays(percentOf(result.coverage))}</Fact>
          <Fact name={says.confidence}>
            {says.grades[result.confidence.grade]}
            {result.confidence.weakest !== undefined && result.confidence.grade !== 'high' && (
              <div>
                {says.weakest}{' '}
                <Link
                  to="."
                  search={(before) => ({ ...before, row: result.confidence.weakest })}
                  hash={result.confidence.weakest}
                  className="mono"
                >
                  {result.confidence.weakest}
                </Link>
              </div>
            )}
          </Fact>
        </>
      )}
      <Fact name={says.nextDrop}>
        {result.dropsOn === undefined ? (
          says.noDrop
        ) : (
          <Instant at={result.dropsOn} timeZone={at.timeZone}>
            <span className={daysUntil(result.dropsOn, at.now) <= 40 ? classes.amber : ''}>
              {shortDateOf(result.dropsOn, at)}
            </span>{' '}
            {words.overview.dropTo(levelShort(result.dropsTo ?? null))}
          </Instant>
        )}
      </Fact>
      {assessment !== undefined && (
        <>
          <Fact name={says.assessed}>
            <Instant at={assessment.at} timeZone={at.timeZone}>
              {shortDateTimeOf(assessment.at, at)}
            </Instant>
          </Fact>
          <Fact name={says.pack}>{assessment.pack}</Fact>
        </>
      )}
    </dl>
  );
}

function LevelText({ level }: { level: PracticePage['result']['level'] }) {
  if (level === null) return levelShort(null);
  return (
    <>
      <b>{level}</b> {levelNames[level]}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
