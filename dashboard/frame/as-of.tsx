/** The instant that is looked at: chosen at the top right of a page, said across the top while it is not now. */
import { Popover } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { usePresent } from '../app/present.ts';
import { words } from '../words/catalogue.ts';
import { dateTimeOf } from '../words/format.ts';
import controls from './controls.module.css';
import { Button, Field, inputClass } from './controls.tsx';
import classes from './frame.module.css';

export function useAsOf(): string | undefined {
  const search: { asOf?: string | undefined } = useSearch({ strict: false });
  return search.asOf;
}

export function AsOfButton({ system }: { system: string }) {
  const asOf = useAsOf();
  const { timeZone } = usePresent(system);
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [picked, setPicked] = useState('');
  const show = () => {
    const at = new Date(picked);
    if (Number.isNaN(at.getTime())) return;
    setOpened(false);
    void navigate({ to: '.', search: (before) => ({ ...before, asOf: at.toISOString() }) });
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      trapFocus
      classNames={{ dropdown: controls.popover ?? '' }}
    >
      <Popover.Target>
        <Button onClick={() => setOpened(!opened)} aria-expanded={opened}>
          <IconCalendar size={15} stroke={1.6} aria-hidden="true" />
          {asOf === undefined ? words.frame.asOfNow : words.frame.asOf(dateTimeOf(asOf, timeZone))}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.frame.asOfPick}>
        <form
          className={controls.ask}
          onSubmit={(event) => {
            event.preventDefault();
            show();
          }}
        >
          <Field label={words.frame.asOfPick}>
            <input
              type="datetime-local"
              className={inputClass}
              value={picked}
              max={new Date().toISOString().slice(0, 16)}
              onChange={(event) => setPicked(event.currentTarget.value)}
            />
          </Field>
          <Button type="submit" disabled={picked === ''}>
            {words.frame.asOfShow}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

export function AsOfLine({ system }: { system: string | undefined }) {
  const asOf = useAsOf();
  const { timeZone } = usePresent(system);
  const navigate = useNavigate();
  if (asOf === undefined) return null;
  return (
    <div className={classes.line} role="status">
      <span>{words.frame.asOfLine(dateTimeOf(asOf, timeZone))}</span>
      <span className={classes.lineAct}>
        <Button onClick={() => void navigate({ to: '.', search: (before) => ({ ...before, asOf: undefined }) })}>
          {words.frame.asOfBack}
        </Button>
      </span>
    </div>
  );
}
