/** The chosen probe: its requests against the plan, and its transcript, followed until somebody scrolls. */
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ScanProbe } from '../../../server/contract/api.ts';
import type { Line } from '../../api/live.ts';
import { evidenceQuery } from '../../api/queries.ts';
import { KeyHints } from '../../frame/controls.tsx';
import { ProblemNote } from '../../frame/problem.tsx';
import { words } from '../../words/catalogue.ts';
import { harmless } from '../../words/format.ts';
import { probeKey } from './probes.ts';
import classes from './scan.module.css';

interface TranscriptProps {
  readonly probe: ScanProbe | undefined;
  readonly lines: readonly Line[];
  readonly follow: boolean;
  readonly onFollow: (follow: boolean) => void;
  readonly going: boolean;
}

export function ProbeTranscript({ probe, lines, follow, onFollow, going }: TranscriptProps) {
  const hints = words.keys.hints;
  return (
    <div className={classes.sticky}>
      {probe === undefined ? (
        <p className={`quiet ${classes.transcriptHead}`}>{words.scan.pick}</p>
      ) : (
        <>
          <Plan probe={probe} />
          <Lines key={probeKey(probe)} probe={probe} live={lines} follow={follow} onFollow={onFollow} />
        </>
      )}
      <div className={classes.foot}>
        <KeyHints
          hints={[
            [['J', 'K'], hints.probes],
            [['F'], hints.follow],
            ...(going ? [[['Shift', 'S'], hints.stop] as const] : []),
          ]}
        />
      </div>
    </div>
  );
}

function Plan({ probe }: { probe: ScanProbe }) {
  const says = words.scan;
  const sent = probe.ledger?.requests ?? 0;
  const most = probe.planned.reduce((sum, each) => sum + each.max, 0);
  return (
    <section className={classes.plan}>
      <div className={classes.section}>
        <h2>{says.plan}</h2>
        <span className="quiet small">
          {harmless(probe.assetName)}, <span className="mono">{harmless(probe.target)}</span>
        </span>
        {probe.digest !== undefined && (
          <Link className={classes.end} to="/evidence/$digest" params={{ digest: probe.digest }}>
            {says.openEvidence}
          </Link>
        )}
      </div>
      {probe.detail !== undefined && (
        <p>
          {harmless(probe.detail)}
          {probe.rule !== undefined && `, ${says.forbidden(probe.rule)}`}
        </p>
      )}
      {probe.passive !== undefined && probe.passive.open.length > 0 && (
        <p className="small">
          {says.partlyKnown(
            probe.passive.known.reduce((sum, each) => sum + each.facts.length, 0),
            probe.passive.open.length,
          )}{' '}
          <span className="quiet">{probe.passive.known.map(({ source }) => harmless(source)).join(', ')}</span>
        </p>
      )}
      {probe.planned.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{says.planColumns.kind}</th>
              <th scope="col" className={classes.number}>
                {says.planColumns.sent}
              </th>
              <th scope="col" className={classes.number}>
                {says.planColumns.most}
              </th>
            </tr>
          </thead>
          <tbody>
            {probe.planned.map((each) => (
              <tr key={each.kind}>
                <td className="mono">{each.kind}</td>
                <td className={classes.number}>
                  {probe.ledger?.kinds?.[each.kind] ?? (probe.state === 'ended' ? 0 : '')}
                </td>
                <td className={classes.number}>{each.max}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="quiet small">{says.planOf(sent, most)}</p>
    </section>
  );
}

interface LinesProps {
  readonly probe: ScanProbe;
  readonly live: readonly Line[];
  readonly follow: boolean;
  readonly onFollow: (follow: boolean) => void;
}

function Lines({ probe, live, follow, onFollow }: LinesProps) {
  const says = words.scan;
  // Once stored, the transcript is read from the evidence: the bytes that were kept, not what passed by.
  const stored = useQuery({ ...evidenceQuery(probe.digest ?? ''), enabled: probe.digest !== undefined });
  const key = probeKey(probe);
  const lines = stored.data?.transcript ?? live.filter((each) => each.key === key);
  const box = useRef<HTMLDivElement>(null);
  const count = lines.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line scrolls
  useEffect(() => {
    if (follow && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, count]);
  return (
    <>
      <div className={`${classes.section} ${classes.transcriptHead}`}>
        <h2>{says.transcript}</h2>
        <span className="quiet small">
          {harmless(probe.assetName)}, {probe.collector}
        </span>
        <button
          type="button"
          className={`${classes.follow} ${classes.end}`}
          aria-pressed={follow}
          onClick={() => onFollow(!follow)}
        >
          {follow && <IconCheck size={14} stroke={1.6} aria-hidden="true" />}
          {says.follow}
        </button>
      </div>
      <div
        ref={box}
        className={classes.transcript}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
        tabIndex={0}
        onWheel={() => onFollow(false)}
        onTouchMove={() => onFollow(false)}
      >
        {stored.error !== null && <ProblemNote error={stored.error} />}
        {count === 0 && stored.error === null && (
          <p className="quiet">
            {probe.state === 'ended'
              ? stored.isLoading
                ? words.frame.loading
                : says.transcriptGone
              : probe.state === 'running'
                ? says.transcriptLate
                : says.transcriptEmpty}
          </p>
        )}
        {lines.map((line, index) => (
          // Two lines may be equal; their place tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: an append-only list
          <div key={index} className={classes.line}>
            <span>{Math.round(line.atMs)}</span>
            <span>{harmless(line.text)}</span>
          </div>
        ))}
        {probe.state === 'running' && (
          <div className={classes.line}>
            <span />
            <span>
              {says.waiting} <span className={classes.cursor} />
            </span>
          </div>
        )}
      </div>
    </>
  );
}
