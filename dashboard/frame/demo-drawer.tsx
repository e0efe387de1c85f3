/** Breaks and mends the demo plant. Only there while the server runs one. */
import { Drawer } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { DemoFlaw } from '../../server/contract/api.ts';
import { demoQuery, moveFlaw } from '../api/queries.ts';
import { useSystem } from '../app/present.ts';
import { words } from '../words/catalogue.ts';
import { harmless } from '../words/format.ts';
import { Button } from './controls.tsx';
import overlay from './overlay.module.css';
import { ProblemNote } from './problem.tsx';

export function DemoDrawer(props: { opened: boolean; onClose: () => void; system: string | undefined }) {
  const demo = useQuery(demoQuery);
  const flaws = demo.data;
  if (flaws === null || flaws === undefined) return null;
  return (
    <Drawer
      opened={props.opened}
      onClose={props.onClose}
      position="right"
      size={420}
      title={words.demo.title}
      withOverlay={false}
      trapFocus={false}
      closeOnClickOutside={false}
      classNames={{
        content: overlay.content ?? '',
        header: overlay.header ?? '',
        body: overlay.body ?? '',
        title: overlay.title ?? '',
        inner: overlay.inner ?? '',
      }}
      closeButtonProps={{ 'aria-label': words.evidence.close }}
    >
      <Flaws flaws={flaws} system={props.system} />
    </Drawer>
  );
}

function Flaws({ flaws, system }: { flaws: readonly DemoFlaw[]; system: string | undefined }) {
  const client = useQueryClient();
  const says = words.demo;
  const move = useMutation({
    mutationFn: ({ name, act }: { name: string; act: 'break' | 'mend' }) => moveFlaw(name, act),
    onSuccess: (now) => client.setQueryData(demoQuery.queryKey, now),
  });
  return (
    <>
      <p className="quiet">{says.lead}</p>
      <ul style={{ margin: '16px 0' }}>
        {flaws.map((flaw) => (
          <li key={flaw.name} className={overlay.flaw}>
            <p className="strong">{harmless(flaw.title)}</p>
            <p className="quiet small">
              {[
                flaw.broken ? says.broken : says.sound,
                flaw.asset,
                ...(flaw.practices.length > 0 ? [says.moves(flaw.practices.join(', '))] : []),
              ].join(' · ')}
            </p>
            <Button
              disabled={move.isPending}
              aria-label={`${flaw.broken ? says.mend : says.break}: ${flaw.title}`}
              onClick={() => move.mutate({ name: flaw.name, act: flaw.broken ? 'mend' : 'break' })}
            >
              {flaw.broken ? says.mend : says.break}
            </Button>
          </li>
        ))}
      </ul>
      {move.error !== null && <ProblemNote error={move.error} writing />}
      {system !== undefined && <ScanAfter system={system} />}
    </>
  );
}

function ScanAfter({ system }: { system: string }) {
  const running = useSystem(system)?.runningScan;
  return (
    <p className="quiet">
      {words.demo.scanSays}{' '}
      {running !== undefined && (
        <Link to="/scans/$scan" params={{ scan: running.id }}>
          {words.demo.openScan}
        </Link>
      )}
    </p>
  );
}
