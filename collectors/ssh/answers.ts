/** What an answer of the host is worth before it is read. */
import type { UnseenReason } from '../contract/collector.ts';
import type { CommandName } from './commands.ts';
import type { CommandAnswer } from './raw.ts';

export type Answers = ReadonlyMap<CommandName, CommandAnswer>;

/** Why the answer cannot be read as a whole, or undefined where it can. */
export function troubleWith({ errors, code, capped, slow }: CommandAnswer): UnseenReason | undefined {
  if (slow) return 'timedOut';
  if (capped) return 'unsupported';
  if (/permission denied|operation not permitted/i.test(errors)) return 'denied';
  if (code === 127 || /: (not found|applet not found)|command not found/i.test(errors)) return 'unsupported';
  return undefined;
}

export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Lines of `grep -H`: the file, and what stands in it. Comments are left out. */
export function settingsOf(text: string): { readonly file: string; readonly text: string }[] {
  return linesOf(text).flatMap((line) => {
    const match = /^(\/[^:]+):\s*(.*)$/.exec(line);
    const [, file, rest] = match ?? [];
    return file === undefined || rest === undefined || rest === '' || rest.startsWith('#')
      ? []
      : [{ file, text: rest }];
  });
}

/** `KEY=value` lines as in os-release(5); quotes go. */
export function pairsOf(text: string): Map<string, string> {
  return new Map(
    linesOf(text).flatMap((line): [string, string][] => {
      const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
      return match?.[1] === undefined ? [] : [[match[1], (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')]];
    }),
  );
}
