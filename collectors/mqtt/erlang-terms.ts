/** Reads a file of Erlang terms, each ended by a full stop (Erlang/OTP, file:consult/1). Pure and bounded. */
export interface TermProblem {
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

export type Term =
  | { readonly kind: 'atom' | 'text' | 'number'; readonly text: string; readonly line: number }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly Term[]; readonly line: number };

export type TermsResult =
  | { readonly ok: true; readonly terms: readonly Term[] }
  | { readonly ok: false; readonly problems: readonly TermProblem[] };

const deepest = 32;

interface Token {
  readonly kind: 'atom' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly line: number;
}

export function readTerms(text: string): TermsResult {
  const tokens = tokensOf(text);
  if ('expected' in tokens) return { ok: false, problems: [tokens] };
  const terms: Term[] = [];
  const problems: TermProblem[] = [];
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '', line: tokens.at(-1)?.line ?? 1 };

  function fail(expected: string): never {
    const { kind, text: found, line } = peek();
    const shown =
      kind === 'sign' ? JSON.stringify(found) : kind === 'end' ? 'the end of the file' : `a ${wordFor[kind]}`;
    throw new TermFault({ line, expected, found: shown });
  }

  function term(depth: number): Term {
    const { kind, text: held, line } = peek();
    if (depth > deepest) fail(`no more than ${deepest} levels`);
    if (kind === 'atom' || kind === 'text' || kind === 'number') {
      at++;
      return { kind, text: held, line };
    }
    if (held !== '{' && held !== '[') fail('a term');
    const close = held === '{' ? '}' : ']';
    at++;
    const items: Term[] = [];
    while (peek().text !== close || peek().kind !== 'sign') {
      items.push(term(depth + 1));
      if (peek().kind === 'sign' && peek().text === ',') at++;
      else if (peek().text !== close || peek().kind !== 'sign') fail(`a comma or ${close}`);
    }
    at++;
    return { kind: held === '{' ? 'tuple' : 'list', items, line };
  }

  while (peek().kind !== 'end') {
    try {
      const next = term(0);
      if (peek().kind !== 'sign' || peek().text !== '.') fail('a full stop after a rule');
      at++;
      terms.push(next);
    } catch (error) {
      if (!(error instanceof TermFault)) throw error;
      problems.push(error.problem);
      // The next rule begins after the next full stop.
      while (peek().kind !== 'end' && !(peek().kind === 'sign' && peek().text === '.')) at++;
      at++;
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, terms };
}

class TermFault extends Error {
  readonly problem: TermProblem;
  constructor(problem: TermProblem) {
    super(problem.expected);
    this.problem = problem;
  }
}

const wordFor = { atom: 'word', text: 'text', number: 'number' } as const;

function tokensOf(text: string): readonly Token[] | TermProblem {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const next = text[at] ?? '';
    if (next === '\n') line++;
    if (/\s/.test(next)) {
      at++;
      continue;
    }
    if (next === '%') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      continue;
    }
    const quote = next === '"' || next === "'" ? next : text.startsWith('<<"', at) ? '<<"' : undefined;
    if (quote !== undefined) {
      const close = endOfQuote(text, at + quote.length, quote === "'" ? "'" : '"');
      if (close === undefined) return { line, expected: 'a closing quotation mark', found: 'the end of the file' };
      const held = text.slice(at + quote.length, close);
      tokens.push({ kind: quote === "'" ? 'atom' : 'text', text: held.replace(/\\(.)/gs, '$1'), line });
      line += held.split('\n').length - 1;
      at = close + 1;
      if (quote === '<<"') at += /^(\/utf8)?>>/.exec(text.slice(at, at + 8))?.[0].length ?? 0;
      continue;
    }
    const word = /^[a-z][A-Za-z0-9_@]*/.exec(text.slice(at, at + 256))?.[0];
    const number = word === undefined ? /^-?\d+/.exec(text.slice(at, at + 32))?.[0] : undefined;
    const whole = word ?? number ?? next;
    if (word === undefined && number === undefined && !'{}[],.'.includes(next))
      return { line, expected: 'a tuple, a list, a word, a number or a text', found: 'another sign' };
    tokens.push({ kind: word !== undefined ? 'atom' : number !== undefined ? 'number' : 'sign', text: whole, line });
    at += whole.length;
  }
  return tokens;
}

function endOfQuote(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return undefined;
}
