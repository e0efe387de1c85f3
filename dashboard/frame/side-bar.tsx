/** What exists, and nothing else: the systems by site, the open one unfolded; at the foot theme and keys. */
import { useMantineColorScheme } from '@mantine/core';
import {
  IconBrightness,
  IconBuildingFactory2,
  IconChevronDown,
  IconChevronRight,
  IconFlask,
  IconKeyboard,
  IconListDetails,
  IconMap2,
  IconMessageQuestion,
  IconRadar2,
  IconServer2,
  IconTimelineEvent,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SystemSummary } from '../../server/contract/api.ts';
import { demoQuery, systemsQuery } from '../api/queries.ts';
import { words } from '../words/catalogue.ts';
import classes from './frame.module.css';

export function SideBar({ system, onKeys }: { system: string | undefined; onKeys: () => void }) {
  const systems = useQuery(systemsQuery);
  return (
    <nav className={classes.side} aria-label={words.frame.main}>
      <Link to="/" className={classes.brand}>
        <svg width="18" height="18" viewBox="0 0 18 18" className={classes.brandMark} aria-hidden="true">
          <circle cx="9" cy="9" r="5" />
          <path d="M1 9h16" />
        </svg>
        <span>{words.product}</span>
      </Link>
      {bySite(systems.data ?? []).map(([site, members]) => (
        <div key={site.id}>
          <div className={classes.site}>{site.name}</div>
          {members.map((each) =>
            each.id === system ? (
              <OpenSystem key={each.id} system={each} />
            ) : (
              <FoldedSystem key={each.id} system={each} />
            ),
          )}
        </div>
      ))}
      <div className={classes.foot}>
        <DemoEntry className={classes.entry ?? ''} />
        <ThemeEntry />
        <Entry icon={<IconKeyboard {...small} />} onClick={onKeys}>
          {words.frame.keys}
        </Entry>
      </div>
    </nav>
  );
}

const small = { size: 16, stroke: 1.6, 'aria-hidden': true } as const;

export function bySite(systems: readonly SystemSummary[]): [SystemSummary['site'], SystemSummary[]][] {
  const sites = new Map<string, [SystemSummary['site'], SystemSummary[]]>();
  for (const each of systems) {
    const found = sites.get(each.site.id);
    if (found === undefined) sites.set(each.site.id, [each.site, [each]]);
    else found[1].push(each);
  }
  return [...sites.values()];
}

function OpenSystem({ system }: { system: SystemSummary }) {
  const params = { system: system.id };
  const state = { className: `${classes.entry} ${classes.inner}` };
  const active = { className: classes.current ?? '' };
  return (
    <>
      <div className={`${classes.entry} ${classes.system} ${classes.openHead}`}>
        <IconChevronDown {...small} className={classes.foldIcon ?? ''} />
        <span>{system.name}</span>
      </div>
      <Link
        to="/systems/$system"
        params={params}
        activeOptions={{ exact: true, includeSearch: false }}
        activeProps={active}
        {...state}
      >
        <IconListDetails {...small} className={classes.innerIcon ?? ''} />
        <span>{words.frame.overview}</span>
      </Link>
      <Link
        to="/systems/$system/assets"
        params={params}
        activeOptions={{ includeSearch: false }}
        activeProps={active}
        {...state}
      >
        <IconServer2 {...small} className={classes.innerIcon ?? ''} />
        <span>{words.frame.assets}</span>
        <small className={classes.count}>{system.assets}</small>
      </Link>
      <Link
        to="/systems/$system/scans"
        params={params}
        activeOptions={{ includeSearch: false }}
        activeProps={active}
        {...state}
      >
        <IconRadar2 {...small} className={classes.innerIcon ?? ''} />
        <span>{words.frame.scans}</span>
      </Link>
      <Link
        to="/systems/$system/plan"
        params={params}
        activeOptions={{ includeSearch: false }}
        activeProps={active}
        {...state}
      >
        <IconMap2 {...small} className={classes.innerIcon ?? ''} />
        <span>{words.frame.plan}</span>
      </Link>
      <Link
        to="/systems/$system/questions"
        params={params}
        activeOptions={{ includeSearch: false }}
        activeProps={active}
        {...state}
      >
        <IconMessageQuestion {...small} className={classes.innerIcon ?? ''} />
        <span>{words.frame.questions}</span>
      </Link>
      <Link
        to="/systems/$system/incidents"
        params={params}
        activeOptions={{ includeSearch: false }}
        activeProps={active}
        {...state}
      >
        <IconTimelineEvent {...small} className={classes.innerIcon ?? ''} />
        <span>{words.frame.incidents}</span>
      </Link>
    </>
  );
}

function FoldedSystem({ system }: { system: SystemSummary }) {
  return (
    <Link to="/systems/$system" params={{ system: system.id }} className={`${classes.entry} ${classes.system}`}>
      <IconChevronRight {...small} className={classes.foldIcon ?? ''} />
      <IconBuildingFactory2 {...small} className={classes.innerIcon ?? ''} />
      <span>{system.name}</span>
    </Link>
  );
}

export function DemoEntry({ className }: { className: string }) {
  const demo = useQuery(demoQuery);
  if (demo.data === null || demo.data === undefined) return null;
  return (
    <Link to="." search={(before) => ({ ...before, demo: true as const })} className={className}>
      <IconFlask {...small} />
      <span>{words.frame.demo}</span>
    </Link>
  );
}

const nextScheme = { auto: 'light', light: 'dark', dark: 'auto' } as const;

export function ThemeEntry({ className }: { className?: string }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Entry
      icon={<IconBrightness {...small} />}
      onClick={() => setColorScheme(nextScheme[colorScheme])}
      className={className ?? ''}
    >
      {words.frame.theme[colorScheme]}
    </Entry>
  );
}

function Entry(props: { icon: ReactNode; children: string; onClick: () => void; className?: string }) {
  return (
    <button type="button" className={`${classes.entry} ${props.className ?? ''}`} onClick={props.onClick}>
      {props.icon}
      <span>{props.children}</span>
    </button>
  );
}
