/** What page and drawer share: the chain, facts, unseen facts, ledger, transcript. Never coloured by judgement. */
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { Fragment } from 'react';
import type { EvidencePage } from '../../../server/contract/api.ts';
import { Hash } from '../../frame/controls.tsx';
import { OutcomeMark } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { bytesOf, factValueOf, harmless, latencyOf, numberOf } from '../../words/format.ts';
import { type Outcome, unseenWords } from '../../words/marks.ts';
import { isDigest, recordsOf } from '../../words/records.ts';
import classes from './evidence.module.css';
import { Records } from './records.tsx';

type Step = EvidencePage['chain'][number];
type Fact = EvidencePage['facts'][number];

const checkIcons = { holds: IconCircleCheck, broken: IconCircleX, notChecked: IconCircleDashed } as const;

export function Check({ step }: { step: Step }) {
  const Drawn = checkIcons[step.check];
  return (
    <span className={`${classes.check} ${classes[step.check]}`}>
      <Drawn size={15} stroke={1.6} aria-hidden="true" />
      {step.step === 'signature' && step.check === 'holds' ? words.evidence.valid : words.evidence.checks[step.check]}
    </span>
  );
}

/** Does the chain hold? One sentence for all steps. */
export function ChainVerdict({ chain }: { chain: EvidencePage['chain'] }) {
  const says = words.evidence;
  const check = chain.some((each) => each.check === 'broken')
    ? 'broken'
    : chain.some((each) => each.check === 'notChecked')
      ? 'notChecked'
      : 'holds';
  const Drawn = checkIcons[check];
  const text = { holds: says.holds, broken: says.broken, notChecked: says.notChecked }[check];
  return (
    <span className={`${classes.check} ${classes[check]}`}>
      <Drawn size={15} stroke={1.6} aria-hidden="true" />
      {text}
    </span>
  );
}

export function Chain({ chain }: { chain: EvidencePage['chain'] }) {
  return (
    <ol className={classes.chain}>
      {chain.map((step) => (
        <li key={step.step} className={classes.link}>
          <h3>{words.evidence.steps[step.step]}</h3>
          <Hash digest={step.hash} of={words.evidence.steps[step.step]} />
          <p className={classes.says}>{harmless(step.says)}</p>
          <Check step={step} />
        </li>
      ))}
    </ol>
  );
}

export function FactTable({ facts, wide }: { facts: readonly Fact[]; wide: boolean }) {
  const says = words.evidence;
  const ordered = facts.toSorted((a, b) => Number(b.changed) - Number(a.changed) || a.name.localeCompare(b.name));
  return (
    <>
      <div className={classes.section}>
        <h2>{says.facts}</h2>
        <span className="quiet small">{says.factsSay(facts.length, facts.filter((each) => each.changed).length)}</span>
      </div>
      {facts.length === 0 ? (
        <p className="quiet">{says.noFacts}</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col" style={{ width: wide ? '31%' : '36%' }}>
                {says.columns.fact}
              </th>
              <th scope="col">{says.columns.value}</th>
              <th scope="col">{says.columns.before}</th>
              {wide && (
                <th scope="col" style={{ width: '15%' }}>
                  {says.columns.basis}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {ordered.map((fact) => (
              <FactRow key={fact.name} fact={fact} wide={wide} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** A long name breaks after a dot. */
function FactName({ name }: { name: string }) {
  return name.split(/(?<=\.)/).map((part, index) => (
    // Parts of a name have their place as identity.
    // biome-ignore lint/suspicious/noArrayIndexKey: a name never changes
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

function FactRow({ fact, wide }: { fact: Fact; wide: boolean }) {
  const says = words.evidence;
  const blocks = recordsOf(fact.value, fact.changed ? fact.before : fact.value);
  return (
    <tr className={fact.changed ? classes.changed : ''}>
      <td className={classes.fact} title={fact.means}>
        <FactName name={fact.name} />
        {blocks !== undefined && (
          <span className={classes.aside}>
            {fact.changed && fact.before === undefined ? `${says.wasUnseen}, ` : ''}
            {fact.volatile ? `${says.volatile}, ` : ''}
            {wide && says.basis[fact.basis]}
          </span>
        )}
      </td>
      {blocks === undefined ? (
        <>
          <td className={classes.value}>
            {isDigest(fact.value) ? <Hash digest={fact.value} of={fact.name} /> : factValueOf(fact.value)}
          </td>
          <td className={classes.since}>{beforeOf(fact)}</td>
          {wide && <td className={classes.since}>{says.basis[fact.basis]}</td>}
        </>
      ) : (
        <td colSpan={wide ? 3 : 2}>
          <Records blocks={blocks} />
        </td>
      )}
    </tr>
  );
}

/** Reasons that are also outcomes have their icon and word; the others are words. */
const asOutcome: Partial<Record<EvidencePage['unseen'][number]['reason'], Outcome>> = {
  unreachable: 'unreachable',
  timedOut: 'timedOut',
  denied: 'denied',
  unsupported: 'unsupported',
  blocked: 'blocked',
  aborted: 'aborted',
  failed: 'failed',
};

export function UnseenTable({ unseen }: { unseen: EvidencePage['unseen'] }) {
  if (unseen.length === 0) return null;
  const says = words.evidence;
  return (
    <>
      <div className={classes.section}>
        <h2>{says.unseen}</h2>
        <span className="quiet small">{says.unseenSays(unseen.length)}</span>
      </div>
      <table className={classes.table}>
        <tbody>
          {unseen.map((each) => {
            const outcome = asOutcome[each.reason];
            return (
              <tr key={each.name}>
                <td className={`${classes.fact} ${classes.unseenName}`}>{each.name}</td>
                <td className={classes.unseenWhy}>
                  {outcome === undefined ? unseenWords[each.reason] : <OutcomeMark outcome={outcome} />}
                </td>
                <td className={classes.since}>{harmless(each.means)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

export function LedgerNumbers({ ledger }: { ledger: EvidencePage['ledger'] }) {
  const says = words.evidence.ledger;
  const rows = [
    [says.connections, numberOf(ledger.connections)],
    [says.requests, numberOf(ledger.requests)],
    [says.bytesSent, bytesOf(ledger.bytesSent)],
    [says.bytesReceived, bytesOf(ledger.bytesReceived)],
    [says.maxLatencyMs, latencyOf(ledger.maxLatencyMs)],
  ] as const;
  return (
    <dl className={classes.ledger}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Transcript({ page }: { page: EvidencePage }) {
  const says = words.evidence;
  return (
    <>
      <div className={classes.transcriptHead}>
        <h2>{says.transcript}</h2>
        <span className="quiet small">{says.transcriptSays}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <div className={classes.transcript} tabIndex={0}>
        {page.transcript.length === 0 && <p className="quiet">{says.noTranscript}</p>}
        {page.transcript.map((line, index) => (
          // Two lines may be equal; their place tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: an append-only list
          <div key={index} className={classes.line}>
            <span>{Math.round(line.atMs)}</span>
            <span>{harmless(line.text)}</span>
          </div>
        ))}
      </div>
    </>
  );
}

export function RedactedNote({ redacted }: { redacted: readonly string[] }) {
  if (redacted.length === 0) return null;
  return (
    <p className="quiet small">
      {words.evidence.redacted(redacted.length)} <span className="mono">{redacted.join(', ')}</span>
    </p>
  );
}

function beforeOf(fact: Fact): string {
  const says = words.evidence;
  if (fact.changed) return fact.before === undefined ? says.wasUnseen : says.was(factValueOf(fact.before));
  return fact.volatile ? says.volatile : '';
}
