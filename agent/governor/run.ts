/**
 * One run of one probe as the governor sees it: what it may do, what it did, and how it ends. Everything here fails
 * closed: what was not planned is refused before the first packet, and the run is over.
 */
import type { Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { normalAddress } from '../../collectors/contract/address.ts';
import type { RequestBound } from '../../collectors/contract/collector.ts';
import { codeOf, Ended } from '../../collectors/contract/collector.ts';
import type { Ledger } from '../../collectors/contract/observation.ts';
import { type Baselines, type LatencyWatch, type Timings, tenths, watchLatency } from './latency.ts';
import { aborting } from './lease.ts';
import type { Limits } from './limits.ts';
import type { Pace } from './pace.ts';
import { insideRun } from './sockets.ts';
import { Sockets } from './traffic.ts';

/** What one run may do: fixed when it was planned. */
export interface Allowance {
  readonly site: string;
  readonly zone: string;
  readonly asset: string;
  readonly probe: string;
  /** As in the target's URL; the only name that may be asked for, and it leads to `address`. */
  readonly host: string;
  /** Empty: the run reads documents and may open no socket at all. */
  readonly address: string;
  readonly port: number;
  readonly key: string;
  /** Key of the gateway or bus that it shares with other hosts (SAF-05). */
  readonly shared?: string;
  readonly limits: Limits;
  readonly controller: boolean;
  readonly bounds: readonly RequestBound[];
  readonly deadlineMs: number;
  /** Bytes, both directions, that the zone has left today (SAF-47). */
  readonly bytesLeft?: number;
  /** Rule and sentence when the run must not go on at this instant: blackout, end of the window, expiry. */
  forbidden(now: Date): { readonly rule: string; readonly because: string } | undefined;
}

export interface RunTools {
  readonly pace: Pace;
  readonly baselines: Baselines;
  /** Milliseconds that our own event loop has lost so far: not the device's fault. */
  lagMs(): number;
  now(): Date;
  note(text: string): void;
  /** A bug of ours: something tried what no plan allows. */
  fault(message: string, stack?: string): void;
}

/** Where a socket wants to go. `path` is a local socket (never allowed in a run). */
export interface Destination {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** Rule by which the run ended, for holds on the device: SAF-14 marks it degraded. */
export type Verdict = { readonly end: Ended; readonly rule?: string };

/** SAF-21: no connection lives longer. */
const connectionMs = 60_000;
/** Datagrams per request: engine discovery, time window, the request, and its repetition. */
const datagramsPerRequest = 4;
const handshakes = new Set(['tls.hello', 'tls.handshake']);
/** Time for polite goodbyes between the abort signal and the hard close. */
const farewellMs = 200;

export class Run {
  readonly allowance: Allowance;
  readonly #tools: RunTools;
  readonly #latency: LatencyWatch;
  readonly #controller = new AbortController();
  readonly #sockets = new Sockets();
  readonly #kinds = new Map<string, number>();
  #began: number | undefined;
  #waitedMs = 0;
  #granted = 0;
  #requests = 0;
  #saidSent = 0;
  #saidReceived = 0;
  #over = false;
  #connected = false;
  #verdict: Verdict | undefined;
  #noMore: Ended | undefined;
  #lastMs = 0;
  #answers = 0;
  #timings: Timings | undefined;
  #farewell: NodeJS.Timeout | undefined;

  constructor(allowance: Allowance, tools: RunTools) {
    this.allowance = allowance;
    this.#tools = tools;
    this.#latency = watchLatency(tools.baselines);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  /** What a socket said that forbids asking on, whether or not anything more was asked. */
  get trouble(): Ended | undefined {
    return this.#noMore;
  }

  /** Nothing more is asked; what is open may still say goodbye, unlike after `stop`. */
  askNoMore(end: Ended): void {
    this.#noMore ??= end;
  }

  /** How long the latest answer took, in milliseconds. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Whether the device has answered anything in this run. */
  get answered(): boolean {
    return this.#answers > 0;
  }

  /** Answer times around what went wrong, where times were taken. */
  get timings(): Timings | undefined {
    return this.#timings;
  }

  timed(timings: Timings): void {
    this.#timings = { beforeMs: timings.beforeMs.map(tenths), afterMs: timings.afterMs.map(tenths) };
  }

  get over(): boolean {
    return this.#over;
  }

  baselines(): Baselines {
    return this.#latency.kept();
  }

  ledger(): Ledger {
    const { connections, bytesSent, bytesReceived } = this.#sockets.totals();
    return {
      connections,
      requests: this.#requests,
      bytesSent: Math.max(bytesSent, this.#saidSent),
      bytesReceived: Math.max(bytesReceived, this.#saidReceived),
      maxLatencyMs: Math.round(this.#latency.maxMs * 10) / 10,
      ...(this.#kinds.size === 0 ? {} : { kinds: Object.fromEntries([...this.#kinds].sort()) }),
    };
  }

  /** Ends the run: the signal now, every socket at the latest in a moment. The first reason stays. */
  stop(end: Ended, rule?: string): void {
    if (this.#verdict !== undefined || this.#over) return;
    this.#verdict = { end, ...(rule === undefined ? {} : { rule }) };
    this.#tools.note(`stopped: ${end.message}`);
    // Abort listeners run where abort is called: what they open must count as this run's.
    insideRun(this, () => this.#controller.abort(end));
    this.#farewell = setTimeout(() => this.#sockets.destroyAll(), farewellMs);
  }

  /** Ends the run for something that only a bug of ours can do. */
  fault(message: string, stack?: string): Ended {
    this.#tools.fault(message, stack);
    const end = new Ended('failed', message);
    this.stop(end);
    return end;
  }

  /** Called when the collector has finished or was given up: nothing of it may live on. */
  finish(): void {
    if (!this.#over && this.#verdict === undefined) {
      const left = this.#sockets.inUse().length;
      if (left > 0) this.#tools.fault(`left ${left} connection(s) open at its end`);
    }
    this.#over = true;
    clearTimeout(this.#farewell);
    this.#sockets.destroyAll();
  }

  /** The device's time starts now: what was waited for before was our own queue. */
  begin(): void {
    this.signal.throwIfAborted();
    this.#began = performance.now();
  }

  async request(kind: string): Promise<() => void> {
    this.signal.throwIfAborted();
    if (this.#over) throw new Ended('failed', `asked for ${kind} after its run had ended`);
    if (this.#noMore !== undefined) {
      this.stop(this.#noMore, this.#noMore.rule);
      throw this.#noMore;
    }
    this.#book(kind);
    const { site, zone, key, shared, limits } = this.allowance;
    const rates = [
      { key: `host/${key}`, perSecond: limits.requestsPerSecond },
      ...(shared === undefined ? [] : [{ key: `host/${shared}`, perSecond: limits.requestsPerSecond }]),
      { key: `zone/${limits.class}/${site}/${zone}`, perSecond: limits.zonePerSecond },
      { key: `site/${limits.class}/${site}`, perSecond: limits.sitePerSecond },
    ];
    const waitMs = await this.#tools.pace.book(rates, limits.class !== 'loopback');
    if (waitMs >= 1) {
      // Waiting for our own rate limit is no time of the device: the deadline moves along.
      this.#waitedMs += waitMs;
      await aborting(new Promise<void>((resolve) => setTimeout(resolve, waitMs)), this.signal);
    }
    this.check();
    this.signal.throwIfAborted();
    this.#granted += 1;
    return this.#clock(kind);
  }

  /** Leaves the device alone for a while; that is no time of the device. */
  async rest(ms: number): Promise<void> {
    this.#waitedMs += ms;
    await aborting(new Promise<void>((resolve) => setTimeout(resolve, ms)), this.signal);
  }

  sent(bytes: number): void {
    this.#saidSent += bytes;
    this.check();
  }

  received(bytes: number): void {
    this.#saidReceived += bytes;
    this.check();
  }

  /** Looks at deadline, budgets and calendar; called before each request and many times a second. */
  check(): void {
    if (this.#verdict !== undefined || this.#over) return;
    const why = this.#dueEnd();
    if (why !== undefined) this.stop(why.end, why.rule);
  }

  #dueEnd(): Verdict | undefined {
    const { limits, deadlineMs } = this.allowance;
    const forbidden = this.allowance.forbidden(this.#tools.now());
    if (forbidden !== undefined) return aborted(forbidden.rule, forbidden.because);
    const { bytesSent, bytesReceived } = this.ledger();
    if (bytesSent > limits.bytesSent) return aborted('SAF-06', `sent more than ${limits.bytesSent} bytes`);
    if (bytesReceived > limits.bytesReceived)
      return aborted('SAF-06', `received more than ${limits.bytesReceived} bytes`);
    if (this.allowance.bytesLeft !== undefined && bytesSent + bytesReceived > this.allowance.bytesLeft)
      return aborted('SAF-47', `the zone has used its bytes of the day`);
    if (this.#sockets.oldestMs() > connectionMs) return aborted('SAF-21', 'a connection was open for more than 60 s');
    if (this.#began === undefined || performance.now() - this.#began - this.#waitedMs <= deadlineMs) return undefined;
    return { end: new Ended('timedOut', `the deadline of ${deadlineMs} ms has passed`) };
  }

  /**
   * Leave for a connection: the host to use (a name becomes the pinned address), or the end of the run. Called before
   * the first packet.
   */
  admit(destination: Destination): { readonly pinned: boolean } | Ended {
    const wrong = this.#whyNot(destination);
    if (wrong !== undefined) return wrong;
    if (this.#sockets.inUse().length > 0)
      return this.fault('SAF-05: opened a second connection while one was open', new Error('second').stack);
    if (this.#sockets.totals().connections >= this.#granted)
      return this.fault('SAF-06: opened a connection without asking leave for a request', new Error('leave').stack);
    return { pinned: isIP(normalAddress(destination.host ?? '')) === 0 };
  }

  adopt(socket: Socket): void {
    this.#sockets.adopt(socket);
    socket.once('connect', () => {
      this.#connected = true;
    });
    socket.on('error', (error: Error) => this.#troubled(error));
  }

  /** Leave for a datagram. */
  admitDatagram(socket: UdpSocket, destination: Destination, bytes: number): { readonly pinned: boolean } | Ended {
    const wrong = this.#whyNot(destination);
    if (wrong !== undefined) return wrong;
    if (this.#sockets.totals().datagrams >= this.#granted * datagramsPerRequest)
      return this.fault('SAF-06: sent datagrams without asking leave for a request', new Error('leave').stack);
    this.#sockets.adoptUdp(socket);
    this.#sockets.datagram(bytes);
    return { pinned: isIP(normalAddress(destination.host ?? '')) === 0 };
  }

  /** Leave to fix the peer of a datagram socket; sends nothing yet. */
  admitPeer(destination: Destination): Ended | undefined {
    return this.#whyNot(destination);
  }

  adoptUdp(socket: UdpSocket): void {
    this.#sockets.adoptUdp(socket);
  }

  #whyNot({ host = 'localhost', port, path }: Destination): Ended | undefined {
    if (this.#verdict !== undefined) return this.#verdict.end;
    if (this.#over) {
      this.#tools.fault('opened a socket after its run had ended', new Error('late').stack);
      return new Ended('failed', 'the run is over');
    }
    const { address, host: name, port: planned } = this.allowance;
    if (address === '') return this.fault('SAF-01: a run over documents opened a socket', new Error('socket').stack);
    if (path !== undefined) return this.fault(`SAF-01: opened the local socket ${path}`, new Error('path').stack);
    const asked = normalAddress(host);
    if ((asked === normalAddress(address) || asked === normalAddress(name)) && port === planned) return undefined;
    return this.fault(
      `SAF-43: tried to contact ${host}:${port}, planned was ${address}:${planned}`,
      new Error('stray').stack,
    );
  }

  /** Counts a request before it is made: a ledger is a subset of its plan at every instant. */
  #book(kind: string): void {
    const { bounds, limits, controller } = this.allowance;
    const max = bounds.find((bound) => bound.kind === kind)?.max ?? 0;
    const count = (this.#kinds.get(kind) ?? 0) + 1;
    if (count > max) throw this.fault(`asked for ${kind} ${count} times, planned are ${max}`);
    if (controller && handshakes.has(kind) && [...handshakes].some((each) => this.#kinds.has(each))) {
      this.stop(new Ended('blocked', 'SAF-51: controllers get one TLS handshake a run'), 'SAF-51');
      this.signal.throwIfAborted();
    }
    if (this.#requests >= limits.requestsPerRun) {
      const { end, rule } = aborted('SAF-06', `made ${limits.requestsPerRun} requests, one run has no more`);
      this.stop(end, rule);
      this.signal.throwIfAborted();
    }
    this.#kinds.set(kind, count);
    this.#requests += 1;
  }

  #clock(kind: string): () => void {
    const began = performance.now();
    const lagBefore = this.#tools.lagMs();
    let done = false;
    return () => {
      if (done || this.#over) return;
      done = true;
      const ms = Math.max(0, performance.now() - began - (this.#tools.lagMs() - lagBefore));
      this.#lastMs = ms;
      this.#answers += 1;
      const slow = this.#latency.seen(kind, ms);
      if (slow === undefined) return;
      this.timed(slow);
      this.stop(new Ended('aborted', `SAF-14: ${slow.because}`), 'SAF-14');
    };
  }

  /**
   * What a socket error means for going on: the collector still says what it saw, but a controller that hung up or
   * fell silent is asked nothing more.
   */
  #troubled(error: Error): void {
    const code = codeOf(error);
    if (code === 'ECONNREFUSED' && this.#connected)
      this.#noMore ??= aborted('SAF-16', 'the connection was refused after one had been accepted').end;
    else if (this.allowance.controller && (code === 'ETIMEDOUT' || code === 'ECONNRESET'))
      this.#noMore ??= aborted('SAF-15', `the controller hung up or fell silent (${code})`).end;
  }
}

function aborted(rule: string, because: string): { readonly end: Ended; readonly rule: string } {
  return { end: new Ended('aborted', `${rule}: ${because}`, { rule }), rule };
}
