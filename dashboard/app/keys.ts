/** Keys: single letters are off inside inputs and can be switched off; no destructive act lies on one key. */
import { useEffect, useRef, useSyncExternalStore } from 'react';

export type KeyMap = Readonly<Record<string, (() => void) | undefined>>;

const store = 'plimsoll.letterKeys';

// A dialog may close on Escape before the page hears of the key: what stood open is noted before anybody acts.
const startedInDialog = new WeakSet<Event>();
window.addEventListener(
  'keydown',
  (event) => {
    if (document.querySelector('[role="dialog"]') !== null) startedInDialog.add(event);
  },
  { capture: true },
);

const watchers = new Set<() => void>();

export function useLetterKeys(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => localStorage.getItem(store) !== 'off',
  );
  return [
    on,
    (next) => {
      localStorage.setItem(store, next ? 'on' : 'off');
      for (const changed of watchers) changed();
    },
  ];
}

/**
 * Names: `j`, `?`, `escape`, `enter`, `shift+s`, `ctrl+enter`, and chords `g s`. An undefined handler leaves the key
 * to the browser. While a dialog is open only keys with `ctrl` reach a page.
 */
export function useKeys(keys: KeyMap, options: { readonly inDialog?: boolean } = {}): void {
  const [letters] = useLetterKeys();
  const latest = useRef({ keys, letters, inDialog: options.inDialog ?? false });
  latest.current = { keys, letters, inDialog: options.inDialog ?? false };
  useEffect(() => {
    let chord = '';
    let chordAt = 0;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return;
      const { keys: now, letters: on, inDialog } = latest.current;
      const name = nameOf(event);
      const single = event.key.length === 1 && !event.ctrlKey;
      if (single && (!on || isWriting(event.target))) return;
      if (!event.ctrlKey && !inDialog && startedInDialog.has(event)) return;
      const pair = chord !== '' && event.timeStamp - chordAt < 1500 ? `${chord} ${name}` : '';
      chord = name === 'g' ? 'g' : '';
      chordAt = event.timeStamp;
      const act = pair !== '' && now[pair] !== undefined ? now[pair] : pair.startsWith('g ') ? undefined : now[name];
      if (act === undefined) return;
      if (name === 'enter' && isControl(event.target)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  if (event.ctrlKey) return `ctrl+${key}`;
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type);
}

/** Enter on a link or button means that link or button. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button, input, textarea, select, summary') !== null;
}
