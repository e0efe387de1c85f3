/**
 * What every collector must prove. A collector's own test file describes its servers; this suite runs the same
 * questions over all of them, and holds every single run to the same rules.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome, UnseenReason } from '../../collectors/contract/collector.ts';
import { secretsOf } from '../../collectors/contract/credential.ts';
import type { FactName, Facts } from '../../collectors/contract/vocabulary.ts';
import type { Registered } from '../../collectors/registry.ts';
import { type RunOptions, type RunResult, runCollector } from '../support/bare-look.ts';
import { type Fault, type FaultOptions, tcpFault, udpFault } from '../support/fault-server.ts';
import { freePort, until } from '../support/program.ts';

export interface Scene {
  readonly url: string;
  readonly run?: RunOptions;
  /** Write attempts that the server counted; left out where the server cannot tell. */
  writes?(): number;
  stop(): Promise<void>;
}

export interface Case {
  readonly name: string;
  /** Starts the server, or names one that the test file already runs. */
  start(): Promise<Scene>;
  /** A subset of the facts, volatile ones included, that must be seen. */
  readonly facts?: Facts;
  readonly unseen?: Partial<Record<FactName, UnseenReason>>;
  readonly outcome?: Outcome;
  /** Further questions to the result. */
  also?(result: RunResult): void;
}

export interface Proof {
  readonly entry: Registered;
  readonly transport: 'tcp' | 'udp';
  readonly good: Case;
  /** One for each flaw that the collector claims to see. */
  readonly flaws: readonly Case[];
  /** Our own credential is wrong: outcome `denied`. Empty only for collectors without credentials. */
  readonly denied: readonly Case[];
  /** How to look at a server on a loopback port that is closed or misbehaves. */
  readonly hostile: {
    url(port: number): string;
    readonly run?: RunOptions;
    /** Protocol-specific beginnings: a valid header, then the fault. */
    readonly beginnings?: readonly { readonly name: string; readonly options: FaultOptions }[];
    /** Bytes that a run may take in from a server that pours without end. */
    readonly maxBytes: number;
  };
}

const hostileDeadlineMs = 3000;
const stopWithinMs = 1000;

export function proveCollector(proof: Proof): void {
  const { entry, hostile } = proof;
  const listening = { 'service.listening': true } as const;

  async function lookAtFault(fault: Fault, options: FaultOptions = {}, run: RunOptions = {}): Promise<RunResult> {
    const server = await (proof.transport === 'tcp' ? tcpFault : udpFault)(fault, options);
    try {
      return await provenRun(entry, hostile.url(server.port), {
        deadlineMs: hostileDeadlineMs,
        ...hostile.run,
        ...run,
      });
    } finally {
      await server.stop();
    }
  }

  describe(`${entry.manifest.id} against the shared suite`, () => {
    it('accepts its own parsed options and knows the default port of every scheme', () => {
      const defaults = entry.manifest.options.safeParse({});
      if (defaults.success) expect(entry.manifest.options.parse(defaults.data)).toEqual(defaults.data);
      for (const scheme of entry.manifest.schemes) {
        if (scheme !== 'file') expect(entry.manifest.defaultPort[scheme], scheme).toBeTypeOf('number');
      }
    });

    it(`sees ${proof.good.name}`, () => proveCase(entry, proof.good));

    for (const flaw of proof.flaws) it(`sees ${flaw.name}`, () => proveCase(entry, flaw));

    for (const refusal of proof.denied) {
      it(`says denied for ${refusal.name}`, () => proveCase(entry, { outcome: 'denied', ...refusal }));
    }

    it('says unreachable for a closed port, and that nothing listens there', async () => {
      const result = await provenRun(entry, hostile.url(await freePort()), hostile.run);
      if (proof.transport === 'tcp') {
        expect(result.outcome, told(result)).toBe('unreachable');
        expect(result.facts['service.listening']).toBe(false);
      } else {
        // A closed UDP port answers with ICMP at best: nothing may be claimed beyond that.
        expect(['unreachable', 'timedOut'], told(result)).toContain(result.outcome);
        expect(result.facts['service.listening']).not.toBe(true);
      }
    });

    it('says timedOut for a server that accepts and says nothing', async () => {
      const result = await lookAtFault('silence');
      expect(result.outcome, told(result)).toBe('timedOut');
      if (proof.transport === 'tcp') expect(result.facts).toEqual(listening);
      else expect(result.facts).toEqual({});
    });

    for (const fault of ['reset', 'hangUp', 'garbage', 'oversize', 'endless', 'drip'] as const) {
      for (const beginning of [{ name: '', options: {} }, ...(hostile.beginnings ?? [])]) {
        it(`survives ${fault}${beginning.name && ` after ${beginning.name}`}`, async () => {
          const result = await lookAtFault(fault, beginning.options);
          expect(result.outcome, told(result)).not.toBe('failed');
          expect(result.bytesReceived).toBeLessThan(hostile.maxBytes);
        });
      }
    }

    it('stops at once when aborted', async () => {
      const server = await (proof.transport === 'tcp' ? tcpFault : udpFault)('silence');
      const stop = new AbortController();
      try {
        const running = provenRun(entry, hostile.url(server.port), { ...hostile.run, signal: stop.signal });
        await until(() => server.contacts() > 0, 'the first contact');
        const at = performance.now();
        stop.abort();
        const result = await running;
        expect(result.outcome, told(result)).toBe('aborted');
        expect(performance.now() - at).toBeLessThan(stopWithinMs);
      } finally {
        await server.stop();
      }
    });
  });
}

/** Runs one case and holds it to what it says. */
export async function proveCase(entry: Registered, proven: Case): Promise<void> {
  const scene = await proven.start();
  try {
    const result = await provenRun(entry, scene.url, scene.run);
    expect(result.outcome, told(result)).toBe(proven.outcome ?? 'observed');
    expect({ ...result.facts, ...result.volatile }, told(result)).toMatchObject(proven.facts ?? {});
    expect(result.unseen, told(result)).toMatchObject(proven.unseen ?? {});
    proven.also?.(result);
    expect(scene.writes?.() ?? 0, 'write attempts').toBe(0);
  } finally {
    await scene.stop();
  }
}

/** One run, held to the rules that hold for every run whatever it meets. */
export async function provenRun(entry: Registered, url: string, run: RunOptions = {}): Promise<RunResult> {
  const result = await runCollector(entry, url, run);
  const deadlineMs = run.deadlineMs ?? entry.manifest.deadlineMs;
  expect(result.elapsedMs, 'time to the end').toBeLessThan(deadlineMs + stopWithinMs);
  expect(result.leftOpen, 'handles left open').toEqual([]);

  const named = [...Object.keys(result.facts), ...Object.keys(result.volatile), ...Object.keys(result.unseen)];
  expect(named.sort()).toEqual(Object.keys(entry.manifest.facts(result.setup)).sort());

  const bounds = new Map(entry.manifest.requests(result.setup).map((bound) => [bound.kind, bound.max]));
  for (const [kind, count] of Object.entries(result.ledgerKinds)) {
    expect(count, `requests of kind ${kind}, of at most`).toBeLessThanOrEqual(bounds.get(kind) ?? 0);
  }

  const said = everythingSaid(result);
  for (const secret of secretsOf(run.secret)) {
    for (const form of formsOf(secret.reveal())) expect(said.includes(form), 'a secret was printed').toBe(false);
  }
  return result;
}

function everythingSaid(result: RunResult): string {
  const errors: unknown[] = [];
  for (let error = result.thrown; error instanceof Error; error = error.cause) {
    errors.push(error.message, error.stack, JSON.stringify(error));
  }
  const { facts, volatile, unseen, redacted, reading, transcript, printed, detail } = result;
  return [
    JSON.stringify({ facts, volatile, unseen, redacted, reading, detail }),
    ...transcript,
    printed,
    ...errors,
  ].join('\n');
}

/** A secret as it is, and as it looks in JSON, base64 and hex. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ];
}

/** What a failed expectation shows beside itself. */
export function told(result: RunResult): string {
  const why = result.thrown instanceof Error ? `\n${result.thrown.stack}` : '';
  const { facts, volatile, unseen } = result;
  return `${result.outcome}: ${result.detail ?? ''}\n${result.transcript.join('\n')}\n${JSON.stringify({ facts, volatile, unseen })}${why}`;
}
