/**
 * The border between collectors and the network. Every socket that opens in this process passes here, also those that
 * libraries open: inside a run it must be one that the run may open, inside `infrastructure` it is our own business,
 * anywhere else it is a bug and never sends a packet.
 *
 * The diagnostics channels alone do not do: on Node 26 a socket that is destroyed while `net.client.socket` is being
 * published connects all the same (and over TLS takes the process down). So `connect` and `send` are wrapped where
 * every client passes, the prototypes; the channels are the second net, for a socket whose `connect` was taken from
 * the prototype before we came.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket as UdpSocket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isIP, Socket } from 'node:net';
import { Ended } from '../../collectors/contract/collector.ts';
import type { Destination, Run } from './run.ts';

type Place = Run | 'infrastructure';

const place = new AsyncLocalStorage<Place>();
const judged = new WeakSet<Socket>();
const owners = new WeakMap<UdpSocket, Place>();
const listeners = new Set<(message: string, stack?: string) => void>();

/** Runs `body` so that every socket it opens, also later and through libraries, belongs to `run`. */
export function insideRun<T>(run: Run, body: () => T): T {
  return place.run(run, body);
}

/**
 * Runs `body` as our own machinery: database, queue, alert channels, the demonstration's servers. Everything it opens,
 * also later, is let through. Never call a collector in it other than through the governor.
 */
export function infrastructure<T>(body: () => T): T {
  return place.run('infrastructure', body);
}

/** Runs `body` as if nobody had called it: for loading code that must not take a run's place along. */
export function nowhere<T>(body: () => T): T {
  return place.exit(body);
}

/** Stands guard until the returned function is called; `stray` hears of sockets that belong to nobody. */
export function guardSockets(stray: (message: string, stack?: string) => void): () => void {
  if (listeners.size === 0) arm();
  listeners.add(stray);
  return () => {
    listeners.delete(stray);
    if (listeners.size === 0) disarm();
  };
}

const original = {
  connect: Socket.prototype.connect,
  send: UdpSocket.prototype.send,
  connectUdp: UdpSocket.prototype.connect,
  addMembership: UdpSocket.prototype.addMembership,
  addSourceSpecificMembership: UdpSocket.prototype.addSourceSpecificMembership,
  setBroadcast: UdpSocket.prototype.setBroadcast,
};
let catching = false;

function arm(): void {
  Socket.prototype.connect = guardedConnect as typeof Socket.prototype.connect;
  UdpSocket.prototype.send = guardedSend as typeof UdpSocket.prototype.send;
  UdpSocket.prototype.connect = guardedConnectUdp as typeof UdpSocket.prototype.connect;
  UdpSocket.prototype.addMembership = refuseGroup('addMembership');
  UdpSocket.prototype.addSourceSpecificMembership = refuseGroup('addSourceSpecificMembership');
  UdpSocket.prototype.setBroadcast = refuseGroup('setBroadcast');
  subscribe('net.client.socket', onClientSocket);
  subscribe('udp.socket', onUdpSocket);
  if (catching) return;
  catching = true;
  process.addUncaughtExceptionCaptureCallback(onUncaught);
}

function disarm(): void {
  Object.assign(Socket.prototype, { connect: original.connect });
  const { connect: _, connectUdp, ...udp } = original;
  Object.assign(UdpSocket.prototype, { ...udp, connect: connectUdp });
  unsubscribe('net.client.socket', onClientSocket);
  unsubscribe('udp.socket', onUdpSocket);
}

function guardedConnect(this: Socket, ...args: unknown[]): Socket {
  judged.add(this);
  const here = place.getStore();
  if (here === 'infrastructure') return Reflect.apply(original.connect, this, args);
  if (here === undefined) return refuse(this, stray('opened a connection outside a run'));
  const destination = destinationOf(args);
  const leave = here.admit(destination);
  if (leave instanceof Ended) return refuse(this, leave);
  here.adopt(this);
  return Reflect.apply(original.connect, this, leave.pinned ? pinned(args, here.allowance.address) : args);
}

/** Destroyed in the next tick: `tls.connect` still touches the socket after `connect` returns. */
function refuse(socket: Socket, error: Error): Socket {
  // A library that forgot to listen for errors must not take the agent down.
  socket.on('error', () => {});
  process.nextTick(() => socket.destroy(error));
  return socket;
}

function destinationOf(args: readonly unknown[]): Destination {
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const path: unknown = Reflect.get(first, 'path');
    const host: unknown = Reflect.get(first, 'host');
    const port: unknown = Reflect.get(first, 'port');
    if (typeof path === 'string' && port === undefined) return { path };
    return { ...(typeof host === 'string' && host !== '' ? { host } : {}), port: Number(port) };
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first };
  return { ...(typeof args[1] === 'string' ? { host: args[1] } : {}), port: Number(first) };
}

type LookupDone = (error: null, found: string | { address: string; family: number }[], family?: number) => void;

/** The same call, with the name resolved to the planned address: a name may change in mid-run, the device may not. */
function pinned(args: readonly unknown[], address: string): unknown[] {
  const family = isIP(address);
  function lookup(_name: string, options: { all?: boolean }, done: LookupDone) {
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  }
  const first = args[0];
  if (Array.isArray(first)) {
    // Node marks this array as normalised by a symbol of its own: keep the array, change its options.
    first[0] = { ...(first[0] as object), lookup };
    return [...args];
  }
  if (typeof first === 'object' && first !== null) return [{ ...first, lookup }, ...args.slice(1)];
  const { host, port } = destinationOf(args);
  return [{ host, port, lookup }, ...args.filter((arg) => typeof arg === 'function')];
}

function guardedSend(this: UdpSocket, ...args: unknown[]): unknown {
  const here = owners.get(this) ?? place.getStore();
  if (here === 'infrastructure') return Reflect.apply(original.send, this, args);
  const callback = args.findLast((arg) => typeof arg === 'function');
  if (here === undefined) return refuseUdp(this, stray('sent a datagram outside a run'), callback);
  const { destination, hostAt, bytes } = datagramOf(this, args);
  const leave = here.admitDatagram(this, destination, bytes);
  if (leave instanceof Ended) return refuseUdp(this, leave, callback);
  const sent = [...args];
  if (hostAt !== undefined && leave.pinned) sent[hostAt] = here.allowance.address;
  // An unbound socket binds first and then calls `this.send` again: that is this datagram, not a second one.
  this.send = original.send;
  try {
    return Reflect.apply(original.send, this, sent);
  } finally {
    Reflect.deleteProperty(this, 'send');
  }
}

function guardedConnectUdp(this: UdpSocket, ...args: unknown[]): unknown {
  const here = owners.get(this) ?? place.getStore();
  if (here === 'infrastructure') return Reflect.apply(original.connectUdp, this, args);
  if (here === undefined) return refuseUdp(this, stray('opened a datagram socket outside a run'), undefined);
  const [port, host, ...rest] = args;
  const leave = here.admitPeer({ ...(typeof host === 'string' ? { host } : {}), port: Number(port) });
  if (leave instanceof Ended) return refuseUdp(this, leave, undefined);
  here.adoptUdp(this);
  return Reflect.apply(original.connectUdp, this, [port, here.allowance.address, ...rest]);
}

/** `send(message, [offset, length,] [port, [address,]] [callback])`; a connected socket names no destination. */
function datagramOf(socket: UdpSocket, args: readonly unknown[]) {
  const plain = args.filter((arg) => typeof arg !== 'function');
  const ranged = typeof plain[1] === 'number' && typeof plain[2] === 'number';
  const portAt = ranged ? 3 : 1;
  const bytes = ranged ? Number(plain[2]) : lengthOf(plain[0]);
  const peer = peerOf(socket);
  if (peer !== undefined) return { destination: peer, hostAt: undefined, bytes };
  const host = plain[portAt + 1];
  return {
    destination: { ...(typeof host === 'string' ? { host } : {}), port: Number(plain[portAt]) },
    hostAt: typeof host === 'string' ? portAt + 1 : undefined,
    bytes,
  };
}

function peerOf(socket: UdpSocket): Destination | undefined {
  try {
    const { address, port } = socket.remoteAddress();
    return { host: address, port };
  } catch {
    // Not connected: each datagram names its destination.
    return undefined;
  }
}

function lengthOf(message: unknown): number {
  if (typeof message === 'string') return Buffer.byteLength(message);
  if (Array.isArray(message)) return message.reduce((sum: number, each: unknown) => sum + lengthOf(each), 0);
  return ArrayBuffer.isView(message) ? message.byteLength : 0;
}

const refused = new WeakSet<UdpSocket>();

function refuseUdp(socket: UdpSocket, error: Error, callback: unknown): void {
  if (!refused.has(socket)) socket.on('error', () => {});
  refused.add(socket);
  process.nextTick(() => {
    closeUdp(socket);
    if (typeof callback === 'function') callback(error);
    else socket.emit('error', error);
  });
}

function closeUdp(socket: UdpSocket): void {
  try {
    socket.close();
  } catch {
    // Closed by its owner meanwhile: what we wanted.
  }
}

/** Groups and broadcast reach devices that nobody planned to reach; joining one already sends packets. */
function refuseGroup<K extends 'addMembership' | 'addSourceSpecificMembership' | 'setBroadcast'>(name: K) {
  return function guarded(this: UdpSocket, ...args: unknown[]) {
    const here = owners.get(this) ?? place.getStore();
    if (here === 'infrastructure') return Reflect.apply(original[name], this, args);
    throw here === undefined ? stray(`called ${name} outside a run`) : here.fault(`SAF-02: called ${name}`);
  } as (typeof UdpSocket.prototype)[K];
}

function onClientSocket(message: unknown): void {
  const socket: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'socket') : undefined;
  if (!(socket instanceof Socket) || judged.has(socket)) return;
  const here = place.getStore();
  if (here === 'infrastructure') return;
  // Whoever went round the wrapper meant to. Not now but in the next tick: see above.
  refuse(
    socket,
    here === undefined
      ? stray('went round the guard outside a run')
      : here.fault('SAF-43: went round the guard', new Error('guard').stack),
  );
}

function onUdpSocket(message: unknown): void {
  const socket: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'socket') : undefined;
  if (!(socket instanceof UdpSocket)) return;
  const here = place.getStore();
  if (here === undefined) {
    const error = stray('opened a datagram socket outside a run');
    process.nextTick(() => closeUdp(socket));
    socket.on('error', () => error);
    return;
  }
  owners.set(socket, here);
  if (here === 'infrastructure') return;
  if (here.over || here.allowance.address === '') {
    const end = here.over ? undefined : here.fault('SAF-01: a run over documents opened a datagram socket');
    socket.on('error', () => end);
    process.nextTick(() => closeUdp(socket));
    return;
  }
  here.adoptUdp(socket);
}

/** A throw in a callback of a run ends that run, not the agent. */
function onUncaught(error: unknown): boolean {
  const here = place.getStore();
  if (here === undefined || here === 'infrastructure') return false;
  here.fault(
    `threw in a callback: ${error instanceof Error ? error.message : String(error)}`,
    error instanceof Error ? error.stack : undefined,
  );
  return true;
}

function stray(message: string): Error {
  const error = new Error(`${message}; our own machinery runs inside infrastructure()`);
  for (const listener of listeners) listener(message, error.stack);
  return error;
}
