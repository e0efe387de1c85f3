/** How far the looks at each zone have come, what the next step waits for, and a person's word that it may be taken. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ZoneStep } from '../../../server/contract/api.ts';
import { widenZone, zonesQuery } from '../../api/queries.ts';
import { usePresent } from '../../app/present.ts';
import { Asking, Button } from '../../frame/controls.tsx';
import { ProblemNote } from '../../frame/problem.tsx';
import { words } from '../../words/catalogue.ts';
import { dateTimeOf, harmless } from '../../words/format.ts';
import classes from './zone-steps.module.css';

const says = words.scan.zones;
/** Steps that are shown as a row of marks; what stands before them has none. */
const marks: readonly ZoneStep['step'][] = ['planned', 'printed', 'canary', 'widened'];

/** Above the scans while a zone waits for something or is closed, below them otherwise. */
export function ZoneSteps({ system, place }: { system: string; place: 'above' | 'below' }) {
  const zones = useQuery(zonesQuery(system));
  const at = usePresent(system);
  const client = useQueryClient();
  const widening = useMutation({
    mutationFn: (zone: string) => widenZone(system, zone),
    onSuccess: (items) => client.setQueryData(zonesQuery(system).queryKey, items),
  });
  if (zones.error !== null) return place === 'below' ? <ProblemNote error={zones.error} /> : null;
  if (zones.data === undefined || zones.data.length === 0) return null;
  const pressing = zones.data.some(({ waitsFor, held }) => waitsFor !== undefined || held !== undefined);
  if (pressing !== (place === 'above')) return null;
  const anyHeld = zones.data.some(({ held }) => held !== undefined);
  return (
    <section className={classes.section} aria-labelledby="zone-steps">
      <h2 id="zone-steps">{says.title}</h2>
      <p className="quiet">{says.about}</p>
      {widening.error !== null && <ProblemNote error={widening.error} writing />}
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{says.columns.zone}</th>
            <th scope="col">{says.columns.step}</th>
            <th scope="col">{says.columns.waits}</th>
            {anyHeld && <th scope="col">{says.columns.held}</th>}
          </tr>
        </thead>
        <tbody>
          {zones.data.map((zone) => (
            <tr key={zone.zone}>
              <th scope="row">
                {harmless(zone.name)} <span className="quiet">{says.probes(zone.probes)}</span>
              </th>
              <td>
                <Step step={zone.step} />
              </td>
              <td>
                <Waits zone={zone} timeZone={at.timeZone} />
                {zone.step === 'canary' && (
                  <Asking
                    question={says.confirmAsk}
                    act={says.confirm}
                    keep={says.confirmKeep}
                    onAct={() => widening.mutate(zone.zone)}
                    button={(open) => (
                      <Button onClick={open} disabled={widening.isPending}>
                        {says.confirm}
                      </Button>
                    )}
                  />
                )}
              </td>
              {anyHeld && (
                <td>
                  {zone.held !== undefined && (
                    <>
                      <span className="mono">{zone.held.rule}</span> {harmless(zone.held.because)}
                    </>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Step({ step }: { step: ZoneStep['step'] }) {
  const reached = marks.indexOf(step);
  return (
    <span className={classes.step}>
      {reached >= 0 && (
        <svg width="58" height="10" viewBox="0 0 58 10" aria-hidden="true">
          {marks.map((each, index) => (
            <rect
              key={each}
              x={index * 15 + 0.5}
              y="1.5"
              width="11"
              height="7"
              className={index <= reached ? classes.reached : classes.open}
            />
          ))}
        </svg>
      )}
      {says.steps[step]}
    </span>
  );
}

function Waits({ zone, timeZone }: { zone: ZoneStep; timeZone: string }) {
  const firsts = zone.canaries.map(({ asset }) => asset);
  const known = zone.step === 'documents' || zone.step === 'loopback' ? says.why[zone.step] : undefined;
  const waits =
    zone.waitsFor === undefined || zone.waitsUntil === undefined
      ? zone.waitsFor
      : says.untilOr(dateTimeOf(zone.waitsUntil, timeZone), zone.waitsFor);
  return (
    <div className={classes.waits}>
      {(waits ?? known) !== undefined && <span>{harmless(waits ?? known ?? '')}</span>}
      {zone.widened !== undefined && (
        <span className="quiet">{says.saidBy(harmless(zone.widened.by), dateTimeOf(zone.widened.at, timeZone))}</span>
      )}
      {firsts.length > 0 && <span className="quiet">{harmless(says.firsts(firsts))}</span>}
    </div>
  );
}
