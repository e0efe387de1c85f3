/** One block per probe, grouped by zone, in the order of the plant file, so that blocks do not move. */
import type { ReactElement } from 'react';
import type { ScanPage, ScanProbe } from '../../../server/contract/api.ts';
import { outcomeOf } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { harmless } from '../../words/format.ts';
import { type Outcome, outcomeWords } from '../../words/marks.ts';
import { probeKey, zonesOf } from './probes.ts';
import classes from './scan.module.css';

interface BlocksProps {
  readonly page: ScanPage;
  readonly chosen: ScanProbe | undefined;
  readonly onChoose: (probe: ScanProbe) => void;
}

export function ZoneBlocks({ page, chosen, onChoose }: BlocksProps) {
  return (
    <div className={classes.zones}>
      {zonesOf(page).map((zone) => {
        const { probes } = zone;
        const ended = probes.filter((each) => each.state === 'ended').length;
        return (
          <section key={zone.id} className={classes.zone} style={{ flex: probes.length }}>
            <h2>
              {zone.name} <span>{words.scan.of(ended, probes.length)}</span>
            </h2>
            <div className={classes.blocks}>
              {probes.map((probe) => {
                const mine = chosen !== undefined && probeKey(chosen) === probeKey(probe);
                const name = `${probe.assetName}, ${probe.collector}: ${outcomeWords[outcomeOf(probe)]}`;
                return (
                  <button
                    key={probeKey(probe)}
                    type="button"
                    className={`${classes.block} ${mine ? classes.blockChosen : ''}`}
                    aria-label={harmless(name)}
                    title={harmless(name)}
                    onClick={() => onChoose(probe)}
                  >
                    <svg aria-hidden="true">{drawings[outcomeOf(probe)](probe)}</svg>
                  </button>
                );
              })}
            </div>
          </section>
        );
      })}
    </div>
  );
}

const unseen = () => <rect x="0.5" y="0.5" width="99%" height="13" className={classes.blockUnseen} />;

const drawings: Record<Outcome | 'running' | 'waiting', (probe: ScanProbe) => ReactElement> = {
  observed: () => <rect x="0" y="0" width="100%" height="14" className={classes.blockSeen} />,
  unreachable: unseen,
  timedOut: unseen,
  denied: unseen,
  unsupported: unseen,
  blocked: unseen,
  aborted: () => <rect x="0.75" y="0.75" width="98%" height="12.5" className={classes.blockAborted} />,
  failed: () => <rect x="0.75" y="0.75" width="98%" height="12.5" className={classes.blockFailed} />,
  running: (probe) => (
    <>
      <rect x="0.75" y="0.75" width="98%" height="12.5" className={classes.blockRunning} />
      <rect x="3" y="3.5" width={`${shareOf(probe) * 88}%`} height="7" className={classes.blockSeen} />
    </>
  ),
  waiting: () => <line x1="0" x2="100%" y1="7" y2="7" className={classes.blockWaiting} />,
};

/** Requests sent of those planned; a running block fills, it does not pulse. */
function shareOf(probe: ScanProbe): number {
  const most = probe.planned.reduce((sum, each) => sum + each.max, 0);
  if (most === 0 || probe.ledger === undefined) return 0.4;
  return Math.min(1, Math.max(0.1, probe.ledger.requests / most));
}
