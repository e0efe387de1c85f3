/** Probes by zone and asset, with what each cost the plant. */
import { Fragment } from 'react';
import type { ScanPage, ScanProbe } from '../../../server/contract/api.ts';
import { OutcomeMark, outcomeOf } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { bytesOf, harmless, latencyOf, numberOf, timeOf } from '../../words/format.ts';
import { probeKey, zonesOf } from './probes.ts';
import classes from './scan.module.css';

interface TableProps {
  readonly page: ScanPage;
  readonly timeZone: string;
  readonly chosen: ScanProbe | undefined;
  readonly onChoose: (probe: ScanProbe) => void;
}

export function ProbeTable({ page, timeZone, chosen, onChoose }: TableProps) {
  const says = words.scan.columns;
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{says.asset}</th>
          <th scope="col">{says.collector}</th>
          <th scope="col">{says.outcome}</th>
          {[says.requests, says.received, says.slowest, says.at].map((name) => (
            <th key={name} scope="col" className={classes.number}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {zonesOf(page).map((zone) => {
          const { probes } = zone;
          const ended = probes.filter((each) => each.state === 'ended').length;
          return (
            <Fragment key={zone.id}>
              <tr>
                <th scope="rowgroup" colSpan={7} className={classes.zoneHead}>
                  {zone.name} <span>{words.scan.done(ended, probes.length)}</span>
                </th>
              </tr>
              {probes.map((probe, index) => (
                <ProbeRow
                  key={probeKey(probe)}
                  probe={probe}
                  repeated={probes[index - 1]?.asset === probe.asset}
                  timeZone={timeZone}
                  chosen={chosen !== undefined && probeKey(chosen) === probeKey(probe)}
                  onChoose={onChoose}
                />
              ))}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly probe: ScanProbe;
  /** The asset's name stands in the row above. */
  readonly repeated: boolean;
  readonly timeZone: string;
  readonly chosen: boolean;
  readonly onChoose: (probe: ScanProbe) => void;
}

function ProbeRow({ probe, repeated, timeZone, chosen, onChoose }: RowProps) {
  const { ledger } = probe;
  return (
    // The button in the row is the control; the row only makes it easier to hit.
    <tr className={`${classes.probeRow} ${chosen ? classes.chosen : ''}`} onClick={() => onChoose(probe)}>
      <td>{repeated ? <span className="hidden">{harmless(probe.assetName)}</span> : harmless(probe.assetName)}</td>
      <td>
        <button
          type="button"
          className={`mono ${classes.probeButton}`}
          aria-pressed={chosen}
          aria-label={harmless(`${probe.assetName}, ${probe.collector}`)}
          onClick={(event) => {
            event.stopPropagation();
            onChoose(probe);
          }}
        >
          {probe.collector}
        </button>
      </td>
      <td>
        <OutcomeMark outcome={outcomeOf(probe)} />
      </td>
      <td className={classes.number}>{ledger !== undefined && numberOf(ledger.requests)}</td>
      <td className={classes.number}>{ledger !== undefined && bytesOf(ledger.bytesReceived)}</td>
      <td className={classes.number}>
        {ledger !== undefined && ledger.maxLatencyMs > 0 && latencyOf(ledger.maxLatencyMs)}
      </td>
      <td className={classes.number}>
        {probe.state === 'running'
          ? words.scan.now
          : probe.observedAt !== undefined && timeOf(probe.observedAt, timeZone, true)}
      </td>
    </tr>
  );
}
