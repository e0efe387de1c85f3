/** Requests to the server that served this page. A refusal is an `ApiProblem`, silence an `Offline`. */
import type { Problem } from '../../server/contract/api.ts';

export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

export class Offline extends Error {
  constructor(cause: unknown) {
    super('the server does not answer', { cause });
    this.name = 'Offline';
  }
}

export const apiRoot = '/api/v1';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One request under `/api/v1`. The type is the contract's word: server and dashboard come from one tree, and the
 * server validates what it sends, so the answer is not parsed a second time.
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = 'GET', body, signal } = options;
  let answer: Response;
  try {
    answer = await fetch(`${apiRoot}${path}`, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Offline(error);
  }
  if (!answer.ok) throw new ApiProblem(await problemOf(answer));
  return (await answer.json()) as T;
}

export function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function problemOf(answer: Response): Promise<Problem> {
  const bare = { type: 'about:blank', title: answer.statusText || `HTTP ${answer.status}`, status: answer.status };
  if (!(answer.headers.get('content-type') ?? '').includes('json')) return bare;
  try {
    const given: unknown = await answer.json();
    return typeof given === 'object' && given !== null ? { ...bare, ...given } : bare;
  } catch {
    // A broken body tells less than the status, which is shown either way.
    return bare;
  }
}
