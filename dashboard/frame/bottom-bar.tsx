/** Under 720 px: the places that exist, and a sheet with the rest. */
import { Drawer } from '@mantine/core';
import {
  IconChecklist,
  IconDots,
  IconMap2,
  IconMessageQuestion,
  IconRadar2,
  IconServer2,
  IconTimelineEvent,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { systemsQuery } from '../api/queries.ts';
import { words } from '../words/catalogue.ts';
import classes from './frame.module.css';
import overlay from './overlay.module.css';
import { DemoEntry, ThemeEntry } from './side-bar.tsx';

const large = { size: 20, stroke: 1.6, 'aria-hidden': true } as const;

export function BottomBar({ system }: { system: string | undefined }) {
  const systems = useQuery(systemsQuery);
  const [more, setMore] = useState(false);
  const params = { system: system ?? systems.data?.[0]?.id ?? '' };
  const active = { className: classes.tabCurrent ?? '' };
  return (
    <nav className={classes.bottom} aria-label={words.frame.main}>
      {params.system !== '' && (
        <>
          <Link
            to="/systems/$system"
            params={params}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={active}
            className={classes.tab}
          >
            <IconChecklist {...large} />
            {words.frame.system}
          </Link>
          <Link to="/systems/$system/assets" params={params} activeProps={active} className={classes.tab}>
            <IconServer2 {...large} />
            {words.frame.assets}
          </Link>
          <Link to="/systems/$system/scans" params={params} activeProps={active} className={classes.tab}>
            <IconRadar2 {...large} />
            {words.frame.scans}
          </Link>
        </>
      )}
      <button type="button" className={classes.tab} onClick={() => setMore(true)}>
        <IconDots {...large} />
        {words.frame.more}
      </button>
      <Drawer
        opened={more}
        onClose={() => setMore(false)}
        position="bottom"
        size="auto"
        title={words.frame.more}
        classNames={{
          content: overlay.sheet ?? '',
          header: overlay.header ?? '',
          body: overlay.body ?? '',
          title: overlay.title ?? '',
          overlay: overlay.veil ?? '',
        }}
        closeButtonProps={{ 'aria-label': words.evidence.close }}
      >
        {/* Whatever is chosen, the sheet has done its work. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: closes after its children acted */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys reach the children, whose clicks bubble */}
        <div onClick={() => setMore(false)}>
          {(systems.data ?? []).map((each) => (
            <Link key={each.id} to="/systems/$system" params={{ system: each.id }} className={overlay.sheetEntry}>
              {each.name}
              <span className="quiet">{each.site.name}</span>
            </Link>
          ))}
          {params.system !== '' && (
            <Link to="/systems/$system/plan" params={params} className={overlay.sheetEntry}>
              <IconMap2 {...large} />
              {words.frame.plan}
            </Link>
          )}
          {params.system !== '' && (
            <Link to="/systems/$system/questions" params={params} className={overlay.sheetEntry}>
              <IconMessageQuestion {...large} />
              {words.frame.questions}
            </Link>
          )}
          {params.system !== '' && (
            <Link to="/systems/$system/incidents" params={params} className={overlay.sheetEntry}>
              <IconTimelineEvent {...large} />
              {words.frame.incidents}
            </Link>
          )}
          <DemoEntry className={overlay.sheetEntry ?? ''} />
          <ThemeEntry className={overlay.sheetEntry ?? ''} />
        </div>
      </Drawer>
    </nav>
  );
}
