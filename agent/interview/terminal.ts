/** Where questions go and answers come from: a person at a terminal, a pipe, or a file of recorded answers. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  say(line: string): void;
  /** An answer without the spaces around it; undefined when there is no more: the person left. */
  ask(key: string, prompt: string): Promise<string | undefined>;
  /** The answer did not fit: it will be asked again. */
  refuse(key: string, problem: string): void;
  close(): void;
}

/** Answers line by line; Ctrl-C and the end of the input leave. */
export function terminalOn(input: Readable, output: Writable): Terminal {
  const typed = 'isTTY' in input && input.isTTY === true;
  const lines = createInterface({ input, output, terminal: typed });
  const waiting: string[] = [];
  let next: ((line: string | undefined) => void) | undefined;
  let closed = false;
  lines.on('line', (line) => {
    if (next === undefined) waiting.push(line.trim());
    else next(line.trim());
    next = undefined;
  });
  lines.on('SIGINT', () => lines.close());
  lines.on('close', () => {
    closed = true;
    next?.(undefined);
    next = undefined;
  });
  return {
    say: (line) => void output.write(`${line}\n`),
    ask(_key, prompt) {
      // A terminal draws the prompt again while a line is edited.
      lines.setPrompt(prompt);
      if (typed && !closed) lines.prompt();
      else output.write(prompt);
      const line = waiting.shift();
      if (line !== undefined || closed) return Promise.resolve(line);
      return new Promise((resolve) => {
        next = resolve;
      });
    },
    refuse: (_key, problem) => void output.write(`    ${problem}\n`),
    close: () => lines.close(),
  };
}

/** Answers by key, as recorded; what nobody recorded is not known. An answer that does not fit is an error. */
export function recordedAnswers(answers: ReadonlyMap<string, string>, say: (line: string) => void): Terminal {
  return {
    say,
    async ask(key, prompt) {
      const answer = answers.get(key) ?? (key.endsWith('?') ? 'all' : '?');
      say(`${prompt}${answer}`);
      return answer;
    },
    refuse(key, problem) {
      throw new Error(`recorded answer ${key}: ${problem}`);
    },
    close() {},
  };
}
