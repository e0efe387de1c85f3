/** Evidence beside the practice that it carries: one column, below the top bar. */
import { Drawer } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconMaximize, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { EvidencePage } from '../../../server/contract/api.ts';
import { evidenceQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { usePresent } from '../../app/present.ts';
import { Button, Hash, KeyHints } from '../../frame/controls.tsx';
import overlay from '../../frame/overlay.module.css';
import { ProblemNote } from '../../frame/problem.tsx';
import { OutcomeMark } from '../../marks/marks.tsx';
import { words } from '../../words/catalogue.ts';
import { harmless } from '../../words/format.ts';
import classes from './evidence.module.css';
import { EvidenceMeta } from './evidence-page.tsx';
import { Check, FactTable, RedactedNote, Transcript, UnseenTable } from './evidence-parts.tsx';

export function EvidenceDrawer({ digest, onClose }: { digest: string | undefined; onClose: () => void }) {
  return (
    <Drawer.Root
      opened={digest !== undefined}
      onClose={onClose}
      position="right"
      size={640}
      lockScroll={false}
      classNames={{ inner: overlay.inner ?? '', content: overlay.content ?? '' }}
    >
      <Drawer.Overlay className={overlay.veil ?? ''} />
      <Drawer.Content aria-label={words.evidence.page}>
        <Drawer.Body p={0}>{digest !== undefined && <Content digest={digest} onClose={onClose} />}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Content({ digest, onClose }: { digest: string; onClose: () => void }) {
  const evidence = useQuery(evidenceQuery(digest));
  const clipboard = useClipboard();
  useKeys({ y: () => clipboard.copy(digest), v: () => void evidence.refetch() }, { inDialog: true });
  if (evidence.data !== undefined) return <Loaded page={evidence.data} onClose={onClose} />;
  return (
    <div className={classes.drawerBody}>
      <div className={classes.drawerHead}>
        <CloseRow digest={digest} onClose={onClose} />
        {evidence.error !== null && <ProblemNote error={evidence.error} />}
      </div>
    </div>
  );
}

function Loaded({ page, onClose }: { page: EvidencePage; onClose: () => void }) {
  const at = usePresent(page.system);
  const says = words.evidence;
  return (
    <div className={classes.drawerBody}>
      <div className={classes.drawerHead}>
        <div className={classes.title}>
          <h2 style={{ fontSize: 16 }}>{says.title(harmless(page.assetName), page.collector)}</h2>
          <OutcomeMark outcome={page.outcome} />
          <CloseRow digest={page.digest} onClose={onClose} />
        </div>
        <EvidenceMeta page={page} timeZone={at.timeZone} />
      </div>
      <ol className={classes.drawerChain}>
        {page.chain.map((step) => (
          <li key={step.step}>
            <b>{says.steps[step.step]}</b>
            <Hash digest={step.hash} of={says.steps[step.step]} />
            <Check step={step} />
            {step.check === 'broken' && <p className={classes.says}>{harmless(step.says)}</p>}
          </li>
        ))}
      </ol>
      <div className={classes.drawerSection}>
        <FactTable facts={page.facts} wide={false} />
        <UnseenTable unseen={page.unseen} />
        <RedactedNote redacted={page.redacted} />
      </div>
      <Transcript page={page} />
      <div className={classes.foot}>
        <KeyHints
          hints={[
            [['Y'], words.keys.hints.copy],
            [['V'], words.keys.hints.verify],
            [['Esc'], words.keys.hints.close],
          ]}
        />
      </div>
    </div>
  );
}

function CloseRow({ digest, onClose }: { digest: string; onClose: () => void }) {
  return (
    <div className={classes.acts} style={{ display: 'flex', alignItems: 'center' }}>
      <Link to="/evidence/$digest" params={{ digest }} className={classes.check}>
        <IconMaximize size={15} stroke={1.6} aria-hidden="true" />
        {words.evidence.openPage}
      </Link>
      <Button look="bare" onClick={onClose} aria-label={words.evidence.close}>
        <IconX size={16} stroke={1.6} aria-hidden="true" />
      </Button>
    </div>
  );
}
