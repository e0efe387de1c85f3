/** Small parts that every page uses: buttons, keys, hashes with copy, code to copy, a question before an act. */
import { Popover } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ButtonHTMLAttributes, type ReactElement, type ReactNode, type Ref, useState } from 'react';
import { words } from '../words/catalogue.ts';
import { exactOf, hashOf } from '../words/format.ts';
import classes from './controls.module.css';

type Look = 'plain' | 'primary' | 'danger' | 'bare';

/** Names the act and its object. A button that is off stays, and its title says why. */
export function Button({
  look = 'plain',
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; ref?: Ref<HTMLButtonElement> }) {
  const added = look === 'plain' ? '' : classes[look];
  return <button type="button" className={`${classes.button} ${added} ${className}`} {...rest} />;
}

export function Key({ children }: { children: ReactNode }) {
  return <kbd className={classes.key}>{children}</kbd>;
}

/** A line of keys with what they do, for the foot of a page. */
export function KeyHints({ hints }: { hints: readonly (readonly [readonly string[], string])[] }) {
  return (
    <div className={classes.keys}>
      {hints.map(([keys, says]) => (
        <span key={says}>
          {keys.map((each) => (
            <Key key={each}>{each}</Key>
          ))}
          {says}
        </span>
      ))}
    </div>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  const Drawn = clipboard.copied ? IconCheck : IconCopy;
  return (
    <button
      type="button"
      className={classes.copy}
      onClick={() => clipboard.copy(text)}
      aria-label={label}
      title={label}
    >
      <Drawn size={14} stroke={1.6} aria-hidden="true" />
      {clipboard.copied && (
        <span className="hidden" role="status">
          {words.evidence.copied}
        </span>
      )}
    </button>
  );
}

/** First 8 and last 4 in mono; copy gives all. */
export function Hash({ digest, of }: { digest: string; of: string }) {
  return (
    <span className={classes.hash}>
      <span title={digest}>{hashOf(digest)}</span>
      <CopyButton text={digest} label={words.evidence.copyHash(of)} />
    </span>
  );
}

export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.codeFrame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <pre className={classes.code} tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} label={`${words.firstRun.copy}: ${label}`} />
    </div>
  );
}

/** The exact instant with its zone is in the title. */
export function Instant({ at, timeZone, children }: { at: string; timeZone: string; children: ReactNode }) {
  return (
    <time dateTime={at} title={exactOf(at, timeZone)}>
      {children}
    </time>
  );
}

/** Asks once before an act that cannot be taken back. */
export function Asking(props: {
  question: string;
  act: string;
  keep: string;
  onAct: () => void;
  opened?: boolean;
  onOpen?: (open: boolean) => void;
  button: (open: () => void) => ReactElement;
}) {
  const [own, setOwn] = useState(false);
  const opened = props.opened ?? own;
  const setOpened = props.onOpen ?? setOwn;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      trapFocus
      withinPortal
      classNames={{ dropdown: classes.popover ?? '' }}
    >
      <Popover.Target>{props.button(() => setOpened(!opened))}</Popover.Target>
      <Popover.Dropdown aria-label={props.question}>
        <div className={classes.ask}>
          <p>{props.question}</p>
          <div className={classes.askButtons}>
            <Button
              look="danger"
              onClick={() => {
                setOpened(false);
                props.onAct();
              }}
            >
              {props.act}
            </Button>
            <Button data-autofocus onClick={() => setOpened(false)}>
              {props.keep}
            </Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

export function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={classes.field}>
      {label}
      {children}
    </label>
  );
}

export const inputClass = classes.input ?? '';
