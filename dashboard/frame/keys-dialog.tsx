import { Modal } from '@mantine/core';
import { useLetterKeys } from '../app/keys.ts';
import { words } from '../words/catalogue.ts';
import { Key } from './controls.tsx';
import overlay from './overlay.module.css';

const groups = ['everywhere', 'practice', 'scan', 'evidence'] as const;

export function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [letters, setLetters] = useLetterKeys();
  const says = words.keys;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={says.title}
      size={720}
      classNames={{
        content: overlay.modal ?? '',
        header: overlay.header ?? '',
        body: overlay.body ?? '',
        title: overlay.title ?? '',
        overlay: overlay.veil ?? '',
        inner: overlay.inner ?? '',
      }}
      closeButtonProps={{ 'aria-label': words.evidence.close }}
    >
      <div className={overlay.keyGroups}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{says.headings[group]}</h3>
            <dl>
              {says.groups[group].map(([keys, what]) => (
                <KeyRow key={what} keys={keys} what={what} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className={overlay.check}>
        <input type="checkbox" checked={letters} onChange={(event) => setLetters(event.currentTarget.checked)} />
        {says.letters}
        <span className="quiet">{says.lettersSay}</span>
      </label>
    </Modal>
  );
}

function KeyRow({ keys, what }: { keys: readonly string[]; what: string }) {
  return (
    <>
      <dt>
        {keys.map((each) => (
          <Key key={each}>{each}</Key>
        ))}
      </dt>
      <dd>{what}</dd>
    </>
  );
}
