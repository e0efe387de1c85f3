/** Scans of a system, newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ScanSummary } from '../../../server/contract/api.ts';
import { scansQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { type Present, usePresent } from '../../app/present.ts';
import { useScanNow } from '../../app/scan-now.ts';
import { Button } from '../../frame/controls.tsx';
import { Path, useSystemPath } from '../../frame/path.tsx';
import { ProblemNote, ProblemPage } from '../../frame/problem.tsx';
import { OutcomeMark } from '../../marks/marks.tsx';
import { OutcomeBar } from '../../marks/outcome-bar.tsx';
import { words } from '../../words/catalogue.ts';
import { dateTimeOf, durationOf, harmless, hashOf } from '../../words/format.ts';
import classes from './scan.module.css';
import { ZoneSteps } from './zone-steps.tsx';

const route = getRouteApi('/systems/$system/scans');
const says = words.scan;

export function ScansPage() {
  const { system } = route.useParams();
  const scans = useInfiniteQuery(scansQuery(system));
  const all = scans.data?.pages.flatMap((page) => page.items);
  const at = usePresent(system);
  const scan = useScanNow(system);
  const navigate = useNavigate();
  useKeys({ escape: () => void navigate({ to: '/systems/$system', params: { system } }) });
  const steps = useSystemPath(system, says.listTitle);
  if (scans.error !== null) return <ProblemPage error={scans.error} />;
  return (
    <div className={classes.list}>
      <Path steps={steps} />
      <div className={classes.title} style={{ marginBottom: 12 }}>
        <h1>{says.listTitle}</h1>
        <span className="quiet">{says.listAbout}</span>
        <div className={classes.acts}>
          <Button look="primary" onClick={scan.start} disabled={!scan.possible} title={scan.why}>
            {scan.pending ? words.overview.starting : words.overview.scanNow}
          </Button>
        </div>
      </div>
      {scan.error !== null && <ProblemNote error={scan.error} writing />}
      <ZoneSteps system={system} place="above" />
      {all?.length === 0 && <p className="quiet">{says.listEmpty}</p>}
      {all !== undefined && all.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{says.listColumns.started}</th>
              <th scope="col">{says.listColumns.state}</th>
              <th scope="col" className={classes.wide}>
                {says.listColumns.by}
              </th>
              <th scope="col" className={classes.wide}>
                {says.listColumns.took}
              </th>
              <th scope="col" colSpan={2}>
                {says.listColumns.outcomes}
              </th>
              <th scope="col" className={classes.wide}>
                {says.listColumns.root}
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((each) => (
              <ScanRow key={each.id} scan={each} at={at} />
            ))}
          </tbody>
        </table>
      )}
      {scans.hasNextPage && (
        <p className={classes.note}>
          <Button onClick={() => void scans.fetchNextPage()} disabled={scans.isFetchingNextPage}>
            {says.older}
          </Button>
        </p>
      )}
      <ZoneSteps system={system} place="below" />
    </div>
  );
}

function ScanRow({ scan, at }: { scan: ScanSummary; at: Present }) {
  const ended = Object.values(scan.outcomes).reduce((sum, n) => sum + n, 0);
  const end = scan.finishedAt === undefined ? at.now : Date.parse(scan.finishedAt);
  const root = scan.manifestRoots[0];
  return (
    <tr>
      <td>
        <Link to="/scans/$scan" params={{ scan: scan.id }}>
          {scan.startedAt === undefined ? says.states[scan.state] : dateTimeOf(scan.startedAt, at.timeZone)}
        </Link>
      </td>
      <td>{scan.state === 'running' ? <OutcomeMark outcome="running" /> : says.states[scan.state]}</td>
      <td className={classes.wide}>{harmless(scan.askedBy)}</td>
      <td className={`quiet ${classes.wide}`}>
        {scan.startedAt !== undefined && durationOf(end - Date.parse(scan.startedAt))}
      </td>
      <td className={classes.bar}>
        <OutcomeBar outcomes={scan.outcomes} of={Math.max(scan.probes, ended)} width={164} />
      </td>
      <td className="quiet">{words.overview.observed(scan.outcomes.observed ?? 0, ended)}</td>
      <td className={`mono quiet ${classes.wide}`} title={root}>
        {root !== undefined && hashOf(root)}
      </td>
    </tr>
  );
}
