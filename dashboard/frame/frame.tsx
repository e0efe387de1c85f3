/** Side bar, top bar with path and Stop, banners, and the page. */
import { useMediaQuery } from '@mantine/hooks';
import { useIsFetching } from '@tanstack/react-query';
import { Outlet, useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router';
import { createContext, useContext, useState } from 'react';
import { useLive } from '../api/live.ts';
import { useKeys } from '../app/keys.ts';
import { words } from '../words/catalogue.ts';
import { AsOfLine } from './as-of.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { DemoDrawer } from './demo-drawer.tsx';
import classes from './frame.module.css';
import { KeysDialog } from './keys-dialog.tsx';
import { PathSlot } from './path.tsx';
import { SideBar } from './side-bar.tsx';
import { StopAllButton, StopBanner } from './stop-all.tsx';

/** Whether the live stream stands. */
const Connected = createContext(false);
export const useConnected = () => useContext(Connected);

/** A page about a scan or an observation names the system that it belongs to. */
const NameSystem = createContext<(system: string | undefined) => void>(() => undefined);
export const useNameSystem = () => useContext(NameSystem);

export function Frame() {
  const params: { system?: string } = useParams({ strict: false });
  const search: { demo?: true | undefined } = useSearch({ strict: false });
  const [named, nameSystem] = useState<string>();
  const system = params.system ?? named;
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [keys, setKeys] = useState(false);
  const connected = useLive();
  const navigate = useNavigate();
  const narrow = useMediaQuery('(max-width: 719px)', false, { getInitialValueInEffect: false });
  const go = (
    to:
      | '/systems/$system'
      | '/systems/$system/assets'
      | '/systems/$system/scans'
      | '/systems/$system/plan'
      | '/systems/$system/questions'
      | '/systems/$system/incidents',
  ) => (system === undefined ? undefined : () => void navigate({ to, params: { system } }));
  useKeys({
    '?': () => setKeys(true),
    'g o': go('/systems/$system'),
    'g d': go('/systems/$system/assets'),
    'g s': go('/systems/$system/scans'),
    'g p': go('/systems/$system/plan'),
    'g q': go('/systems/$system/questions'),
    'g i': go('/systems/$system/incidents'),
  });
  return (
    <Connected value={connected}>
      <NameSystem value={nameSystem}>
        <PathSlot value={slot}>
          <a href="#content" className="skip noPrint">
            {words.frame.skip}
          </a>
          <div className={classes.frame}>
            <SideBar system={system} onKeys={() => setKeys(true)} />
            <header className={classes.top}>
              <div ref={setSlot} style={{ display: 'contents' }} />
              <StopAllButton short={narrow ?? false} />
              <Progress />
            </header>
            <main id="content" tabIndex={-1} className={classes.main}>
              <StopBanner system={system} />
              <AsOfLine system={system} />
              <Outlet />
            </main>
            <BottomBar system={system} />
          </div>
          <KeysDialog opened={keys} onClose={() => setKeys(false)} />
          <DemoDrawer
            opened={search.demo === true}
            onClose={() => void navigate({ to: '.', search: (before) => ({ ...before, demo: undefined }) })}
            system={system}
          />
        </PathSlot>
      </NameSystem>
    </Connected>
  );
}

/** The last page stays until the new one is there; after 300 ms a line under the top bar says that one is awaited. */
function Progress() {
  const routing = useRouterState({ select: (state) => state.isLoading });
  const fetching = useIsFetching({ predicate: (query) => query.state.data === undefined });
  const on = routing || fetching > 0;
  return (
    <div className={`${classes.progress} ${on ? classes.progressOn : ''}`} role="status">
      {on && <span className="hidden">{words.frame.loading}</span>}
    </div>
  );
}
