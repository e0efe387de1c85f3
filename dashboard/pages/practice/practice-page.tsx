/** One practice: what happened, why, what would raise it; its rows down to the bytes; the decision. */
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { IndicatorPage, PracticePage as Practice } from '../../../server/contract/api.ts';
import { indicatorQuery, practiceQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { usePresent, useSystem } from '../../app/present.ts';
import { AsOfButton, useAsOf } from '../../frame/as-of.tsx';
import { KeyHints } from '../../frame/controls.tsx';
import { Path } from '../../frame/path.tsx';
import { ProblemPage } from '../../frame/problem.tsx';
import { LevelGauge } from '../../gauge/gauge.tsx';
import { LevelLadder } from '../../gauge/ladder.tsx';
import { words } from '../../words/catalogue.ts';
import { levelWord } from '../../words/counting.ts';
import { dateTimeOf, hashOf } from '../../words/format.ts';
import { digestsIn } from '../../words/records.ts';
import { gaugeInputOf, rangeText } from '../../words/sentences.ts';
import { EvidenceDrawer } from '../evidence/evidence-drawer.tsx';
import { Crosswalk } from './crosswalk.tsx';
import { DecisionFoot, DecisionPanel } from './decision-panel.tsx';
import { History } from './history.tsx';
import { IndicatorLevels } from './indicator-levels.tsx';
import { LevelFacts } from './level-facts.tsx';
import { LevelGuide } from './level-guide.tsx';
import classes from './practice.module.css';
import { RaiseTab } from './raise-tab.tsx';
import { PracticeTabs } from './tabs.tsx';
import { WhatWouldRaise, WhyThisLevel } from './why-this-level.tsx';

const route = getRouteApi('/systems/$system/practices/$code');

export function PracticePage() {
  const { system, code } = route.useParams();
  const asOf = useAsOf();
  const page = useQuery(practiceQuery(system, code, asOf));
  if (page.data !== undefined) return <Loaded key={`${system}/${code}`} page={page.data} />;
  if (page.error !== null) return <ProblemPage error={page.error} />;
  return <div className={classes.page} style={{ minHeight: 760 }} aria-busy="true" />;
}

function Loaded({ page }: { page: Practice }) {
  const { practice, system, result, assessment } = page;
  const asOf = useAsOf();
  const at = usePresent(system.id, asOf);
  const summary = useSystem(system.id);
  const search = route.useSearch();
  const navigate = useNavigate();
  const client = useQueryClient();
  const tab = search.tab ?? 'indicators';
  const narrow = useMediaQuery('(max-width: 719px)', false, { getInitialValueInEffect: false }) ?? false;
  const input = gaugeInputOf(result, {
    confirmed: page.confirmed?.level,
    neverAssessed: page.neverAssessed,
    silent: summary?.silentSince !== undefined,
  });
  const to = (code: string | undefined) =>
    code === undefined
      ? undefined
      : () =>
          void navigate({
            to: '/systems/$system/practices/$code',
            params: { system: system.id, code },
            search: { tab: search.tab, side: search.side },
          });
  const openEvidence = () => {
    if (search.row === undefined || tab !== 'indicators') return;
    const trace = client.getQueryData<IndicatorPage>(indicatorQuery(system.id, search.row, asOf).queryKey)?.trace;
    const member = trace?.members.find((each) => each.member === search.member) ?? trace?.members[0];
    const [digest] = member?.reads.flatMap((read) => digestsIn(read.ref)) ?? [];
    if (digest !== undefined) void navigate({ to: '.', search: (before) => ({ ...before, evidence: digest }) });
  };
  useKeys({
    j: to(practice.next),
    k: to(practice.previous),
    e: openEvidence,
    escape: () => void navigate({ to: '/systems/$system', params: { system: system.id } }),
  });
  const steps = useMemo(
    () => [
      { name: summary?.site.name ?? '' },
      { name: system.name, to: '/systems/$system' as const, params: { system: system.id } },
      { name: practice.code },
    ],
    [summary?.site.name, system.name, system.id, practice.code],
  );
  return (
    <div className={classes.page}>
      <Path steps={steps.filter((each) => each.name !== '')} title={narrow ? practice.name : practice.code} />
      <div className={classes.title}>
        <span className={classes.code}>{practice.code}</span>
        <h1>{practice.name}</h1>
        <p className={classes.place}>
          {practice.domain}, {practice.subDomain}
        </p>
        <nav className={classes.neighbours} aria-label={words.practice.tabs}>
          <Neighbour system={system.id} code={practice.previous} up />
          <Neighbour system={system.id} code={practice.next} />
        </nav>
        <AsOfButton system={system.id} />
      </div>
      <PracticeTabs tab={tab} />
      <div className={classes.body}>
        {tab === 'indicators' && (
          <div className={classes.left}>
            <LevelLadder input={input} />
            <LevelFacts page={page} at={at} />
          </div>
        )}
        {tab === 'indicators' ? (
          <div className={classes.middle}>
            <WhyThisLevel page={page} at={at}>
              <div className={classes.mobileGauge}>
                <LevelGauge input={input} scale={1.35} />
                <p>
                  <b>{levelWord(result.level)}</b>
                  {result.ceiling > (result.level ?? 0) && ` (${rangeText(result)})`}
                  {page.confirmed !== undefined && (
                    <>
                      <br />
                      {levelWord(page.confirmed.level)} {words.gauge.ladder.confirmed}
                    </>
                  )}
                </p>
              </div>
            </WhyThisLevel>
            <WhatWouldRaise page={page} />
            <IndicatorLevels page={page} at={at} />
            {assessment !== undefined && (
              <p className="printOnly small">
                {words.print(assessment.pack, hashOf(assessment.hash), dateTimeOf(assessment.at, at.timeZone))}
                {` · ${location.href}`}
              </p>
            )}
          </div>
        ) : (
          <div className={`${classes.middle} ${classes.wide}`}>
            {tab === 'raise' && <RaiseTab page={page} at={at} />}
            {tab === 'guide' && <LevelGuide page={page} />}
            {tab === 'crosswalk' && <Crosswalk code={practice.code} />}
          </div>
        )}
        {!narrow && (
          <aside className={classes.right} aria-label={words.decision.title}>
            <div className={classes.sticky}>
              <DecisionPanel page={page} at={at} />
              <History page={page} at={at} />
              <div className={classes.keysAtFoot}>
                <KeyHints
                  hints={[
                    [['J', 'K'], words.keys.hints.practices],
                    [['E'], words.keys.hints.evidence],
                    [['?'], words.keys.hints.all],
                  ]}
                />
              </div>
            </div>
          </aside>
        )}
      </div>
      {narrow && <DecisionFoot page={page} at={at} />}
      <EvidenceDrawer
        digest={search.evidence}
        onClose={() => void navigate({ to: '.', search: (before) => ({ ...before, evidence: undefined }) })}
      />
    </div>
  );
}

function Neighbour(props: { system: string; code: string | undefined; up?: boolean }) {
  const { system, code, up = false } = props;
  const { tab, side } = route.useSearch();
  if (code === undefined) return null;
  const Drawn = up ? IconArrowUp : IconArrowDown;
  return (
    <Link
      to="/systems/$system/practices/$code"
      params={{ system, code }}
      search={{ tab, side }}
      aria-label={up ? words.practice.previous(code) : words.practice.next(code)}
    >
      <Drawn size={15} stroke={1.6} aria-hidden="true" />
      {code}
    </Link>
  );
}
