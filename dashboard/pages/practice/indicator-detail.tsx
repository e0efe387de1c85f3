/** An opened row: why it is asked, its members worst first, and behind each the facts read and the transcript. */
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { IndicatorPage, IndicatorText } from '../../../server/contract/api.ts';
import type { FactRead, Trace } from '../../../server/contract/assessment.ts';
import { evidenceQuery, indicatorQuery } from '../../api/queries.ts';
import type { Present } from '../../app/present.ts';
import { useAsOf } from '../../frame/as-of.tsx';
import { ProblemNote } from '../../frame/problem.tsx';
import { StatusMarkOf, VerdictMark } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { listed } from '../../words/counting.ts';
import { harmless, hashOf, percentOf, timeOf } from '../../words/format.ts';
import { reasonWords, unseenWords } from '../../words/marks.ts';
import { boundedValueOf, briefValueOf, digestsIn, isDigest } from '../../words/records.ts';
import { Records } from '../evidence/records.tsx';
import classes from './practice.module.css';

const route = getRouteApi('/systems/$system/practices/$code');

type Member = Trace['members'][number];

export function IndicatorDetail({ id, system, at }: { id: string; system: string; at: Present }) {
  const asOf = useAsOf();
  const page = useQuery(indicatorQuery(system, id, asOf));
  if (page.error !== null) return <ProblemNote error={page.error} />;
  if (page.data === undefined) return <div className={classes.detail} style={{ minHeight: 52 }} aria-busy="true" />;
  return (
    <div className={classes.detail}>
      <About page={page.data} />
      <Members page={page.data} system={system} at={at} />
    </div>
  );
}

function About({ page }: { page: IndicatorPage }) {
  const { text, trace } = page;
  const says = words.practice;
  const threshold = thresholdText(text);
  return (
    <dl className={classes.about}>
      <dt>{says.why}</dt>
      <dd>{text.why}</dd>
      {text.fix !== undefined && trace.result.status !== 'met' && (
        <>
          <dt>{says.fix}</dt>
          <dd>
            <Ticked text={text.fix} />
          </dd>
        </>
      )}
      {text.population !== undefined && (
        <>
          <dt>{says.population}</dt>
          <dd>
            <code>{text.population}</code>
            {threshold !== '' && `, ${threshold}`}
          </dd>
        </>
      )}
      {text.serves.length > 0 && (
        <>
          <dt>{words.sides.alsoTitle}</dt>
          <dd>{listed(text.serves.map((side) => words.sides.names[side]))}</dd>
        </>
      )}
      {trace.needs.length > 0 && (
        <>
          <dt>{says.needs}</dt>
          <dd>
            {trace.needs.map((need) => (
              <span key={need.id}>
                <code>{need.id}</code> <StatusMarkOf mark={need.status} />{' '}
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

const firstShown = 8;

function Members({ page, system, at }: { page: IndicatorPage; system: string; at: Present }) {
  const [all, setAll] = useState(false);
  const search = route.useSearch();
  const { members } = page.trace;
  if (members.length === 0) return <p className="quiet">{words.practice.noMembers}</p>;
  const chosen = members.findIndex((each) => each.member === search.member);
  const shown = all ? members : members.slice(0, Math.max(firstShown, chosen + 1));
  return (
    <ul aria-label={words.practice.members}>
      {shown.map((member) => (
        <MemberRow key={member.member} member={member} name={nameOf(page, member, system)} at={at} />
      ))}
      {shown.length < members.length && (
        <li>
          <button type="button" className={classes.linkButton} onClick={() => setAll(true)}>
            {words.practice.allMembers(members.length)}
          </button>
        </li>
      )}
    </ul>
  );
}

function MemberRow({ member, name, at }: { member: Member; name: string; at: Present }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const open = search.member === member.member;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const turn = () =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, member: open ? undefined : member.member }),
      resetScroll: false,
    });
  return (
    <li>
      <button type="button" className={classes.memberHead} aria-expanded={open} onClick={turn}>
        <Chevron size={14} stroke={1.6} aria-hidden="true" />
        <span title={isDigest(name) ? name : undefined}>{isDigest(name) ? hashOf(name) : harmless(name)}</span>
        <VerdictMark verdict={member.verdict} />
        <span className={classes.memberSays}>{saysOf(member)}</span>
      </button>
      {open && <Reads reads={member.reads} at={at} />}
    </li>
  );
}

function Reads({ reads, at }: { reads: readonly FactRead[]; at: Present }) {
  const says = words.practice;
  if (reads.length === 0) return <p className="quiet">{says.noReads}</p>;
  const digests = [...new Set(reads.flatMap((read) => digestsIn(read.ref)))];
  const [digest] = digests;
  return (
    <div className={classes.reads} style={digest === undefined ? { gridTemplateColumns: 'minmax(0, 1fr)' } : {}}>
      <section>
        <header>{says.factsRead}</header>
        {reads.map((read) => (
          <div key={`${read.fact}/${read.key ?? ''}/${read.channel ?? ''}`} className={classes.readRow}>
            <span>
              {read.fact}
              {read.key !== undefined && ` [${harmless(read.key)}]`}
            </span>
            <span>
              {read.unseen === undefined ? (
                <ReadValue value={read.value} />
              ) : (
                says.unseenBecause(unseenWords[read.unseen])
              )}
            </span>
            <SourceOf read={read} at={at} />
          </div>
        ))}
      </section>
      {digest !== undefined && <Lines digest={digest} more={digests.slice(1)} />}
    </div>
  );
}

/** What a rule read is bold; a list of records stands element by element, with what is left out counted. */
function ReadValue({ value }: { value: unknown }) {
  const bounded = boundedValueOf(value);
  return (
    <>
      {bounded.kind === 'records' ? <Records blocks={bounded.blocks} /> : <b>{bounded.text}</b>}
      {bounded.more > 0 && <span className={classes.moreElements}>{words.facts.moreInEvidence(bounded.more)}</span>}
    </>
  );
}

function SourceOf({ read, at }: { read: FactRead; at: Present }) {
  const statement = read.ref !== undefined && !read.ref.startsWith('sha256:');
  const parts = [
    ...(statement && read.ref !== undefined
      ? [words.practice.statement(read.ref)]
      : read.source === undefined
        ? []
        : [read.source]),
    ...(read.observedAt === undefined ? [] : [timeOf(read.observedAt, at.timeZone)]),
  ];
  return parts.length === 0 ? null : <span className={classes.source}>{harmless(parts.join(', '))}</span>;
}

const shownLines = 6;

/** Lines of the first observation; what was derived from several opens each of them. */
function Lines({ digest, more }: { digest: string; more: readonly string[] }) {
  const evidence = useQuery(evidenceQuery(digest));
  const says = words.practice;
  const lines = evidence.data?.transcript ?? [];
  return (
    <section>
      <header>
        {says.transcript}
        <Link to="." search={(before) => ({ ...before, evidence: digest })} resetScroll={false}>
          {says.openEvidence}
        </Link>
        {more.map((each, index) => (
          <Link key={each} to="." search={(before) => ({ ...before, evidence: each })} resetScroll={false}>
            <span className="hidden">{says.openEvidence} </span>
            {index + 2}
          </Link>
        ))}
      </header>
      {evidence.error !== null && <ProblemNote error={evidence.error} />}
      {evidence.data !== undefined && lines.length === 0 && <p className="quiet">{words.evidence.noTranscript}</p>}
      {lines.slice(0, shownLines).map((line) => (
        <div key={`${line.atMs}/${line.text}`} className={classes.line}>
          <span>{Math.round(line.atMs)}</span>
          <span>{harmless(line.text)}</span>
        </div>
      ))}
      {lines.length > shownLines && <p className="quiet">{words.evidence.moreLines(lines.length - shownLines)}</p>}
    </section>
  );
}

function nameOf(page: IndicatorPage, member: Member, system: string): string {
  if (member.member === system) return words.practice.nobody;
  return page.assets[member.member] ?? member.member;
}

/** In a line: the first thing that was read, or why nothing was. */
function saysOf(member: Member): string {
  const read = member.reads[0];
  const decided = member.decision === undefined ? '' : `, ${words.practice.decidedBy(member.decision)}`;
  if (member.reason !== undefined && read?.unseen === undefined) return reasonWords[member.reason] + decided;
  if (read === undefined) return decided.slice(2);
  const value = read.unseen === undefined ? briefValueOf(read.value) : unseenWords[read.unseen];
  return `${read.fact} ${value}${decided}`;
}

/** `need 95 %, 0 bad tolerated` */
function thresholdText(text: IndicatorText): string {
  const says = words.practice;
  return [
    ...(text.min === undefined ? [] : [text.min >= 1 ? says.needAll : says.need(percentOf(text.min))]),
    ...(text.maxBad === undefined ? [] : [says.tolerated(text.maxBad)]),
  ].join(', ');
}

/** Commands and settings stand between backticks in the pack's texts. */
export function Ticked({ text }: { text: string }) {
  return text.split('`').map((part, index) => {
    const key = `${index}`;
    return index % 2 === 1 ? <code key={key}>{part}</code> : <span key={key}>{part}</span>;
  });
}
