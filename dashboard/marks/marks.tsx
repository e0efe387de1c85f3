/** Word, icon and colour of every closed set. The word always stands beside its icon. */
import {
  type Icon,
  IconAlertOctagon,
  IconArrowDown,
  IconArrowsDiff,
  IconArrowUp,
  IconBan,
  IconBug,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconClockExclamation,
  IconDatabaseImport,
  IconEye,
  IconEyeOff,
  IconFileSearch,
  IconFileText,
  IconHelpCircle,
  IconHourglassEmpty,
  IconListSearch,
  IconLockX,
  IconMessageQuestion,
  IconPlugConnectedX,
  IconPoint,
  IconProgress,
  IconPuzzleOff,
  IconRadar2,
  IconShieldHalf,
  IconSignature,
  IconTriangle,
  IconTriangleInvertedFilled,
  IconUserCheck,
  IconUserSearch,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { OverviewRow, ScanProbe, WaitsFor } from '../../server/contract/api.ts';
import {
  type EvidenceWord,
  evidenceWords,
  type Fit,
  type Outcome,
  outcomeWords,
  reasonWords,
  type StatusMark,
  statusWords,
  type UnknownReason,
  type Verdict,
  verdictWords,
  waitsForWords,
} from '../words/marks.ts';
import { type BareResult, changeText, fitText } from '../words/sentences.ts';
import classes from './marks.module.css';

type Tone = 'met' | 'notMet' | 'unknown' | 'stale' | 'excepted' | 'accent' | 'text' | 'text2' | 'text3';

export interface Look {
  readonly icon: Icon;
  readonly tone: Tone;
}

const statusLooks: Record<StatusMark, Look> = {
  met: { icon: IconCircleCheck, tone: 'met' },
  notMet: { icon: IconCircleX, tone: 'notMet' },
  unknown: { icon: IconEyeOff, tone: 'unknown' },
  notApplicable: { icon: IconCircleMinus, tone: 'text3' },
  excepted: { icon: IconShieldHalf, tone: 'excepted' },
  stale: { icon: IconClockExclamation, tone: 'stale' },
};

const reasonLooks: Record<UnknownReason, Look> = {
  neverAsked: { icon: IconMessageQuestion, tone: 'unknown' },
  notSeen: { icon: IconEyeOff, tone: 'unknown' },
  stale: { icon: IconClockExclamation, tone: 'stale' },
  conflict: { icon: IconArrowsDiff, tone: 'unknown' },
  guard: { icon: IconListSearch, tone: 'unknown' },
  restsOn: { icon: IconEyeOff, tone: 'unknown' },
  emptyPopulation: { icon: IconMessageQuestion, tone: 'unknown' },
  notCovered: { icon: IconPuzzleOff, tone: 'text3' },
};

const evidenceLooks: Record<EvidenceWord, Look> = {
  measured: { icon: IconRadar2, tone: 'text3' },
  imported: { icon: IconDatabaseImport, tone: 'text3' },
  examined: { icon: IconUserSearch, tone: 'text3' },
  document: { icon: IconFileText, tone: 'text3' },
  stated: { icon: IconSignature, tone: 'text3' },
};

const outcomeLooks: Record<Outcome | 'running' | 'waiting', Look> = {
  observed: { icon: IconEye, tone: 'text2' },
  unreachable: { icon: IconPlugConnectedX, tone: 'unknown' },
  timedOut: { icon: IconHourglassEmpty, tone: 'unknown' },
  denied: { icon: IconLockX, tone: 'unknown' },
  unsupported: { icon: IconHelpCircle, tone: 'unknown' },
  blocked: { icon: IconBan, tone: 'unknown' },
  aborted: { icon: IconAlertOctagon, tone: 'stale' },
  failed: { icon: IconBug, tone: 'notMet' },
  running: { icon: IconProgress, tone: 'accent' },
  waiting: { icon: IconPoint, tone: 'text3' },
};

const verdictLooks: Record<Verdict, Look> = {
  good: statusLooks.met,
  bad: statusLooks.notMet,
  unseen: statusLooks.unknown,
  excepted: statusLooks.excepted,
  notApplicable: statusLooks.notApplicable,
};

const waitsLooks: Record<WaitsFor, Icon> = { confirm: IconUserCheck, attest: IconSignature, evidence: IconFileSearch };

const changeLooks: Record<NonNullable<OverviewRow['change']>['kind'], Look> = {
  fell: { icon: IconArrowDown, tone: 'notMet' },
  rose: { icon: IconArrowUp, tone: 'met' },
  range: { icon: IconEyeOff, tone: 'unknown' },
  facts: { icon: IconPoint, tone: 'text2' },
  scope: { icon: IconArrowsDiff, tone: 'text2' },
  pack: { icon: IconArrowsDiff, tone: 'text2' },
};

export function Mark({ look, children, strong = false }: { look: Look; children: ReactNode; strong?: boolean }) {
  const Drawn = look.icon;
  return (
    <span className={`${classes.mark} ${classes[look.tone]} ${strong ? classes.strong : ''}`}>
      <Drawn size={15} stroke={1.6} aria-hidden="true" />
      {children}
    </span>
  );
}

export function StatusMarkOf({ mark }: { mark: StatusMark }) {
  return <Mark look={statusLooks[mark]}>{statusWords[mark]}</Mark>;
}

export function ReasonMark({ reason }: { reason: UnknownReason }) {
  return <Mark look={reasonLooks[reason]}>{reasonWords[reason]}</Mark>;
}

export function EvidenceMark({ evidence }: { evidence: EvidenceWord }) {
  return <Mark look={evidenceLooks[evidence]}>{evidenceWords[evidence]}</Mark>;
}

export function OutcomeMark({ outcome }: { outcome: Outcome | 'running' | 'waiting' }) {
  return <Mark look={outcomeLooks[outcome]}>{outcomeWords[outcome]}</Mark>;
}

export function outcomeOf(probe: ScanProbe): Outcome | 'running' | 'waiting' {
  if (probe.state !== 'ended') return probe.state;
  // A probe that ended without an outcome is a fault of ours, not of the plant.
  return probe.outcome ?? 'failed';
}

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return <Mark look={verdictLooks[verdict]}>{verdictWords[verdict]}</Mark>;
}

export function WaitsMark({ waits }: { waits: WaitsFor }) {
  const Drawn = waitsLooks[waits];
  return (
    <span className={classes.mark}>
      <Drawn size={15} stroke={1.6} aria-hidden="true" className={classes.accent} />
      {waitsForWords[waits]}
    </span>
  );
}

export function WaitsIcon({ waits }: { waits: WaitsFor }) {
  const Drawn = waitsLooks[waits];
  return <Drawn size={15} stroke={1.6} aria-hidden="true" className={classes.accent} />;
}

export function FitMark({ result }: { result: BareResult }) {
  if (result.target === undefined) return null;
  const text = fitText(result);
  const drawing: Record<Fit, () => ReactNode> = {
    below: () => (
      <span className={`${classes.mark} ${classes.notMet} ${classes.strong}`}>
        <IconTriangleInvertedFilled size={9} aria-hidden="true" />
        {text}
      </span>
    ),
    unknown: () => (
      <span className={`${classes.mark} ${classes.unknown}`}>
        <IconEyeOff size={14} stroke={1.6} aria-hidden="true" />
        {text}
      </span>
    ),
    at: () => <span className={classes.text3}>{text}</span>,
    above: () => (
      <span className={`${classes.mark} ${classes.text2}`}>
        <IconTriangle size={9} stroke={2.4} aria-hidden="true" />
        {text}
      </span>
    ),
  };
  return drawing[result.fit]();
}

export function ChangeMark({ change, result }: { change: NonNullable<OverviewRow['change']>; result: BareResult }) {
  const look = changeLooks[change.kind];
  const Drawn = look.icon;
  const fell = change.kind === 'fell';
  return (
    <span className={`${classes.mark} ${fell ? `${classes.notMet} ${classes.strong}` : classes.word2}`}>
      <Drawn size={15} stroke={1.6} aria-hidden="true" className={classes[look.tone]} />
      {changeText(change, result)}
    </span>
  );
}

export function ChangeIcon({ kind }: { kind: NonNullable<OverviewRow['change']>['kind'] }) {
  const look = changeLooks[kind];
  const Drawn = look.icon;
  return <Drawn size={15} stroke={1.6} aria-hidden="true" className={classes[look.tone]} />;
}
