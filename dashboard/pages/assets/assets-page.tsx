/** Assets of a system by zone: what they are, and what their probes last brought back. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Fragment, useRef } from 'react';
import type { AssetSummary } from '../../../server/contract/api.ts';
import { assetsQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { type Present, usePresent } from '../../app/present.ts';
import { Instant, inputClass, KeyHints } from '../../frame/controls.tsx';
import { Path, useSystemPath } from '../../frame/path.tsx';
import { ProblemPage } from '../../frame/problem.tsx';
import { OutcomeMark } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { counted } from '../../words/counting.ts';
import { ageOf, harmless } from '../../words/format.ts';
import classes from './assets.module.css';

const route = getRouteApi('/systems/$system/assets');
const says = words.assets;

export function AssetsPage() {
  const { system } = route.useParams();
  const { filter } = route.useSearch();
  const assets = useQuery(assetsQuery(system));
  const at = usePresent(system);
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useKeys({
    '/': () => input.current?.focus(),
    escape: () => void navigate({ to: '/systems/$system', params: { system } }),
  });
  const steps = useSystemPath(system, says.title);
  if (assets.error !== null) return <ProblemPage error={assets.error} />;
  const all = assets.data ?? [];
  const shown = all.filter((each) => matches(each, filter));
  const zones = [...Map.groupBy(shown, (each) => each.zone)];
  return (
    <div className={classes.page}>
      <Path steps={steps} />
      <div className={classes.title}>
        <h1>{says.title}</h1>
        <span className="quiet">{says.about(all.length, new Set(all.map((each) => each.zone)).size)}</span>
        <input
          ref={input}
          className={inputClass}
          aria-label={says.filter}
          placeholder={says.filter}
          value={filter ?? ''}
          onChange={(event) =>
            void navigate({
              to: '.',
              search: (before) => ({ ...before, filter: event.target.value === '' ? undefined : event.target.value }),
              replace: true,
            })
          }
        />
      </div>
      {assets.data !== undefined && shown.length === 0 && (
        <p className="quiet">{all.length === 0 ? says.none : says.empty}</p>
      )}
      {shown.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              {Object.values(says.columns).map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {zones.map(([zone, members]) => (
              <Fragment key={zone}>
                <tr>
                  <th scope="rowgroup" colSpan={7} className={classes.zone}>
                    {members[0]?.zoneName ?? zone}{' '}
                    <span className="quiet small">{counted(members.length, 'asset')}</span>
                  </th>
                </tr>
                {members.map((asset) => (
                  <AssetRows key={asset.id} asset={asset} at={at} />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
      <div style={{ marginTop: 16 }}>
        <KeyHints hints={[[['/'], says.filter.toLowerCase()]]} />
      </div>
    </div>
  );
}

function AssetRows({ asset, at }: { asset: AssetSummary; at: Present }) {
  const [first, ...rest] = asset.probes;
  const exposed = asset.exposed === null ? says.exposed.null : asset.exposed ? says.exposed.true : says.exposed.false;
  const about = [
    ...(asset.safetyFunction ? [says.safety] : []),
    ...(asset.state === 'active' ? [] : [says.states[asset.state]]),
  ];
  return (
    <>
      <tr className={classes.first}>
        <td className={classes.name}>
          {harmless(asset.name)} {about.length > 0 && <span className="quiet small">{about.join(', ')}</span>}
        </td>
        <td>{asset.kind}</td>
        <td className={asset.criticality === 'critical' ? '' : 'quiet'}>{says.criticality[asset.criticality]}</td>
        <td className={asset.exposed === false ? `quiet ${classes.unexposed}` : ''}>{exposed}</td>
        {first === undefined ? (
          <>
            <td className="quiet">{says.noProbe}</td>
            <td />
            <td />
          </>
        ) : (
          <ProbeCells probe={first} at={at} />
        )}
      </tr>
      {rest.map((probe) => (
        <tr key={probe.id}>
          <td />
          <td />
          <td />
          <td />
          <ProbeCells probe={probe} at={at} />
        </tr>
      ))}
    </>
  );
}

function ProbeCells({ probe, at }: { probe: AssetSummary['probes'][number]; at: Present }) {
  const { last } = probe;
  return (
    <>
      <td>
        <code title={harmless(probe.target)}>{probe.collector}</code>
      </td>
      <td>
        {last === undefined ? (
          <span className="quiet">{says.never}</span>
        ) : (
          <Link to="/evidence/$digest" params={{ digest: last.digest }}>
            <OutcomeMark outcome={last.outcome} />
          </Link>
        )}
      </td>
      <td className="quiet">
        {last !== undefined && (
          <Instant at={last.observedAt} timeZone={at.timeZone}>
            {ageOf(last.observedAt, at.now)}
          </Instant>
        )}
      </td>
    </>
  );
}

function matches(asset: AssetSummary, filter: string | undefined): boolean {
  if (filter === undefined) return true;
  const wanted = filter.toLowerCase();
  return [asset.id, asset.name, asset.kind, asset.zone, asset.zoneName ?? ''].some((each) =>
    each.toLowerCase().includes(wanted),
  );
}
