/** The verdict sentence, why in at most four sentences, and what would raise the level. */
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import type { PracticePage } from '../../../server/contract/api.ts';
import type { Present } from '../../app/present.ts';
import { words } from '../../words/catalogue.ts';
import { harmless } from '../../words/format.ts';
import { type Sentence, stepsOf, verdictOf, whyOf } from '../../words/sentences.ts';
import classes from './practice.module.css';

export function WhyThisLevel({ page, at, children }: { page: PracticePage; at: Present; children?: ReactNode }) {
  const verdict = verdictOf(page, at);
  return (
    <>
      <p className={classes.verdict}>
        <span className={verdict.tone === 'fell' ? classes.red : ''}>{verdict.lead}</span>
        {verdict.rest}
      </p>
      {children}
      <div className={classes.why}>
        {whyOf(page).map((sentence) => (
          <p key={keyOf(sentence)}>
            <Said sentence={sentence} system={page.system.id} />
          </p>
        ))}
      </div>
    </>
  );
}

export function WhatWouldRaise({ page }: { page: PracticePage }) {
  const steps = stepsOf(page);
  const says = words.practice;
  if (page.neverAssessed) return null;
  return (
    <section className={classes.steps}>
      <div className={classes.section}>
        <h2>{says.raise}</h2>
        {steps.length > 1 && <span className="quiet small">{says.cheapest}</span>}
        <Link to="." search={(before) => ({ ...before, tab: 'raise' })} className={`${classes.toSteps} noPrint`}>
          {words.raise.simulate}
        </Link>
      </div>
      {steps.length === 0 ? (
        <p className="quiet">{says.nothing}</p>
      ) : (
        <ol>
          {steps.map((step, index) => (
            <li key={step.key}>
              <span className="quiet">{index + 1}</span>
              <span>
                <Said sentence={step.says} system={page.system.id} />
              </span>
              <span className={classes.cost}>{step.cost}</span>
              <span className={classes.gain}>{step.gain}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Each thing that a sentence names opens that thing. */
function Said({ sentence, system }: { sentence: Sentence; system: string }) {
  return sentence.map((part, index) => {
    // Parts of a sentence have their place as identity.
    const key = `${index}`;
    if (typeof part === 'string') return <Fragment key={key}>{harmless(part)}</Fragment>;
    if (part.kind === 'asset')
      return (
        <Link
          key={key}
          to="/systems/$system/assets"
          params={{ system }}
          search={{ filter: part.name }}
          className="inText"
        >
          {harmless(part.name)}
        </Link>
      );
    return (
      <Link
        key={key}
        to="."
        search={(before) => ({ ...before, row: part.id, member: undefined })}
        hash={part.id}
        className="inText"
      >
        {part.text}
      </Link>
    );
  });
}

function keyOf(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.id)).join('');
}
