/** Whether a stick that somebody brings would work. Pure. */
import { type Answers, linesOf, settingsOf } from './answers.ts';
import type { Found } from './draft.ts';

/**
 * USB storage alone: whether the running kernel has its driver, and whether modprobe.d(5) keeps it from being loaded.
 * Other ways to allow or refuse devices (USBGuard, udev rules) are root's to read.
 */
export function removableMedia(answers: Answers): Found<boolean> | undefined {
  const answer = answers.get('media');
  const running = answers.get('kernel')?.output.trim().split(' ')[0];
  const programs = answers.get('programs');
  if (answer === undefined || running === undefined || programs === undefined) return undefined;
  if (answer.slow) return { unseen: 'timedOut' };
  if (/permission denied/i.test(answer.errors)) return { unseen: 'denied' };
  if (linesOf(programs.output).includes('usbguard-daemon')) return { unseen: 'unsupported' };
  const lines = linesOf(answer.output);
  const here = `/lib/modules/${running}/`;
  // A container, or a kernel from elsewhere: its modules are not to be seen from here.
  if (!lines.includes(`${here}modules.builtin`)) return { unseen: 'unsupported' };
  const loaded = lines.includes('usb_storage');
  const builtIn = lines.some((line) => line.startsWith(`${here}modules.builtin:`));
  const available = lines.some((line) => line.startsWith(`${here}kernel/`));
  if (loaded || builtIn) return { value: true, basis: 'inferred' };
  if (!available) return { value: false, basis: 'inferred' };
  const rules = settingsOf(answer.output).filter(({ file }) => file.includes('/modprobe.d/'));
  // `install` replaces the loading, also of somebody who asks for it; `blacklist` only stops it from happening by itself.
  if (rules.some(({ text }) => /^install\s+usb[-_]storage\s+(\/usr)?\/bin\/(true|false)\b/.test(text))) {
    return { value: false, basis: 'stated' };
  }
  return { value: !rules.some(({ text }) => /^blacklist\s+usb[-_]storage\b/.test(text)), basis: 'inferred' };
}
