import dgram from 'node:dgram';
import { connect, Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Look } from '../../collectors/contract/collector.ts';
import { accepts, until } from '../support/program.ts';
import {
  assetOf,
  type Bench,
  bench,
  type Fake,
  fakeCollector,
  infrastructure,
  type Listening,
  listen,
  plantOf,
  probeOf,
} from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function server(...args: Parameters<typeof listen>): Promise<Listening> {
  const listening = await listen(...args);
  open.push(listening);
  return listening;
}

function benchWith(fake: Fake): Bench {
  const made = bench([fakeCollector(fake)]);
  open.push(made);
  return made;
}

/** One probe of one server on `port`. */
async function scanOne(made: Bench, port: number) {
  const [observation] = await made.scan(plantOf([assetOf('a', { probes: [probeOf(port)] })]));
  if (observation === undefined) throw new Error('no observation');
  return observation;
}

function dial(look: Look): Promise<Socket> {
  return reached(connect({ host: look.target.address, port: look.target.port }));
}

function reached(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

function stopOf(look: Look): Promise<void> {
  return new Promise((resolve) => look.signal.addEventListener('abort', () => resolve()));
}

async function udpDevice(onMessage: (socket: dgram.Socket, message: Buffer, peer: dgram.RemoteInfo) => void) {
  const socket = infrastructure(() => dgram.createSocket('udp4'));
  socket.on('message', (message, peer) => onMessage(socket, message, peer));
  open.push({ close: async () => void socket.close() });
  return new Promise<number>((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket.address().port)));
}

describe('sockets of a run', () => {
  it('are attributed, and the bytes that crossed the wire are counted', async () => {
    const { port } = await server((socket) => socket.end('hello, this is a device'));
    const made = benchWith({
      async collect(look, seen) {
        const done = await look.request('tcp.connect');
        const socket = await dial(look);
        done();
        socket.write('who?');
        await new Promise((resolve) => socket.resume().once('end', resolve));
        socket.destroy();
        seen['service.listening'] = true;
      },
    });
    expect(await scanOne(made, port)).toMatchObject({
      outcome: 'observed',
      facts: { 'service.listening': true },
      ledger: { connections: 1, requests: 1, bytesSent: 4, bytesReceived: 23, kinds: { 'tcp.connect': 1 } },
    });
    expect(made.faults).toEqual([]);
  });

  it('SAF-43: a connection elsewhere is refused before its first packet, and the run has failed', async () => {
    const [planned, other] = [await server(), await server()];
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        await reached(connect({ host: '127.0.0.1', port: other.port }));
      },
    });
    const observation = await scanOne(made, planned.port);
    expect(observation.outcome).toBe('failed');
    expect(observation.detail).toContain(`SAF-43: tried to contact 127.0.0.1:${other.port}`);
    expect(other.reached).toHaveLength(0);
    expect(made.faults).toHaveLength(1);
  });

  const elsewhere: [string, (port: number) => unknown][] = [
    ['net.connect with a name', (port) => connect({ host: 'localhost', port })],
    ['new Socket().connect(port, host)', (port) => new Socket().connect(port, '127.0.0.1')],
    ['new Socket().connect(port)', (port) => new Socket().connect(port)],
    ['tls.connect', (port) => tlsConnect({ host: '127.0.0.1', port, servername: 'x' })],
    ['tls.connect(port, host)', (port) => tlsConnect(port, '127.0.0.1')],
    ['fetch', (port) => fetch(`http://127.0.0.1:${port}`)],
    ['WebSocket', (port) => new WebSocket(`ws://127.0.0.1:${port}`)],
  ];
  it.each(elsewhere)('SAF-30, SAF-43: %s reaches nothing but the planned port', async (_name, attempt) => {
    const [planned, other] = [await server(), await server()];
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        const stopped = stopOf(look);
        await attempt(other.port);
        await stopped;
      },
    });
    expect(await scanOne(made, planned.port)).toMatchObject({
      outcome: 'failed',
      ledger: { connections: 0, bytesSent: 0 },
    });
    expect(other.reached).toHaveLength(0);
  });

  it('SAF-43: a name leads to the pinned address although it resolves elsewhere by now', async () => {
    const planned = await server((socket) => socket.end());
    let answers = 0;
    const fake = fakeCollector({
      async collect(look, seen) {
        await look.request('tcp.connect');
        const socket = await reached(connect({ host: look.target.host, port: look.target.port }));
        seen['service.listening'] = socket.remoteAddress === '127.0.0.1';
        socket.destroy();
      },
    });
    const made = bench([fake], { resolve: async () => [answers++ === 0 ? '127.0.0.1' : '127.0.0.99'] });
    open.push(made);
    const probe = probeOf(planned.port, { url: `tls://device.example:${planned.port}` });
    const [observation] = await made.scan(plantOf([assetOf('a', { probes: [probe] })]));
    expect(observation).toMatchObject({ outcome: 'observed', facts: { 'service.listening': true } });
    expect(answers).toBe(1);
  });

  it('are caught also when connect was taken from the prototype before the guard stood', async () => {
    const taken = Socket.prototype.connect;
    const [planned, other] = [await server(), await server()];
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        const stopped = stopOf(look);
        Reflect.apply(taken, new Socket(), [other.port, '127.0.0.1']);
        await stopped;
      },
    });
    expect((await scanOne(made, planned.port)).outcome).toBe('failed');
    expect(other.reached).toHaveLength(0);
  });

  it('SAF-01: a run over a document opens none at all', async () => {
    const other = await server();
    const made = benchWith({
      async collect() {
        await reached(connect({ host: '127.0.0.1', port: other.port }));
      },
    });
    const probe = probeOf(0, { url: 'file:///tmp/none.conf' });
    const [observation] = await made.scan(plantOf([assetOf('a', { probes: [probe] })]));
    expect(observation).toMatchObject({ outcome: 'failed', tier: 'T0' });
    expect(other.reached).toHaveLength(0);
  });

  it('are never local ones, which may lead to a container engine or a key agent', async () => {
    const planned = await server();
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        await reached(connect('/var/run/docker.sock'));
      },
    });
    expect((await scanOne(made, planned.port)).detail).toContain('/var/run/docker.sock');
  });

  it('SAF-05: a second one while the first is open is refused', async () => {
    const planned = await server();
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        await dial(look);
        await look.request('tcp.connect');
        await dial(look);
      },
    });
    const observation = await scanOne(made, planned.port);
    expect(observation).toMatchObject({ outcome: 'failed', ledger: { connections: 1 } });
    expect(observation.detail).toContain('SAF-05');
    expect(planned.reached).toHaveLength(1);
  });

  it('SAF-06: one for which no leave was asked is refused', async () => {
    const planned = await server();
    const made = benchWith({
      async collect(look) {
        await dial(look);
      },
    });
    expect(await scanOne(made, planned.port)).toMatchObject({ outcome: 'failed', ledger: { connections: 0 } });
    expect(planned.reached).toHaveLength(0);
  });

  it('SAF-21: one that outlives its run is destroyed and reported', async () => {
    const planned = await server();
    const made = benchWith({
      async collect(look, seen) {
        await look.request('tcp.connect');
        await dial(look);
        seen['service.listening'] = true;
      },
    });
    expect((await scanOne(made, planned.port)).outcome).toBe('observed');
    await until(() => planned.open() === 0, 'the connection is gone');
    expect(made.faults.map(({ message }) => message)).toEqual(['left 1 connection(s) open at its end']);
  });

  it('belong to the run also in abort listeners, although the scan was asked for by our own machinery', async () => {
    const [planned, other] = [await server(), await server()];
    const made = benchWith({
      deadlineMs: 100,
      async collect(look) {
        look.signal.addEventListener('abort', () => connect({ host: '127.0.0.1', port: other.port }));
        await stopOf(look);
      },
    });
    expect((await infrastructure(() => scanOne(made, planned.port))).outcome).toBe('timedOut');
    // One of our own arrives after it would have arrived.
    expect(await infrastructure(() => accepts(other.port))).toBe(true);
    await until(() => other.reached.length > 0, 'our own has arrived');
    expect(other.reached).toHaveLength(1);
  });

  it('are refused while facts are read, although the scan was asked for by our own machinery', async () => {
    const [planned, other] = [await server(), await server()];
    const entry = fakeCollector();
    const made = bench([
      {
        ...entry,
        async load() {
          const collector = await entry.load();
          return {
            ...collector,
            read(raw, setup) {
              connect({ host: '127.0.0.1', port: other.port });
              return collector.read(raw, setup);
            },
          };
        },
      },
    ]);
    open.push(made);
    await infrastructure(() => scanOne(made, planned.port));
    await until(() => made.faults.length > 0, 'it was reported');
    expect(other.reached).toHaveLength(0);
  });

  it('are refused to a timer of a run that has ended', async () => {
    const planned = await server();
    let late: NodeJS.Timeout | undefined;
    const made = benchWith({
      async collect(look) {
        late = setInterval(() => connect({ host: look.target.address, port: look.target.port }), 20);
      },
    });
    await scanOne(made, planned.port);
    await until(() => made.faults.length > 1, 'the late connections were reported');
    clearInterval(late);
    expect(planned.reached).toHaveLength(0);
    expect(made.faults[0]?.message).toContain('after its run had ended');
  });
});

describe('datagrams of a run', () => {
  it('are counted, and go to the planned place only', async () => {
    let strays = 0;
    const port = await udpDevice((socket, message, peer) =>
      socket.send(`${message}, ${message}`, peer.port, peer.address),
    );
    const strangerPort = await udpDevice(() => (strays += 1));
    let toStranger = false;
    const made = benchWith({
      async collect(look, seen) {
        const done = await look.request('tcp.connect');
        const socket = dgram.createSocket('udp4');
        const answer = new Promise((resolve) => socket.once('message', resolve));
        socket.send('hi', look.target.port, look.target.address);
        await answer;
        done();
        seen['service.listening'] = true;
        if (toStranger) await new Promise((resolve) => socket.send('hi', strangerPort, '127.0.0.1', resolve));
        else socket.close();
      },
    });
    expect(await scanOne(made, port)).toMatchObject({
      outcome: 'observed',
      ledger: { connections: 0, requests: 1, bytesSent: 2, bytesReceived: 6 },
    });
    toStranger = true;
    const observation = await scanOne(made, port);
    expect(observation).toMatchObject({ outcome: 'failed', facts: { 'service.listening': true } });
    expect(observation.detail).toContain('SAF-43');
    expect(strays).toBe(0);
  });

  it('SAF-06: a flood of them under one leave is refused', async () => {
    let got = 0;
    const port = await udpDevice(() => (got += 1));
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        const stopped = stopOf(look);
        const socket = dgram.createSocket('udp4');
        for (let i = 0; i < 100; i += 1) socket.send('hi', look.target.port, look.target.address);
        await stopped;
      },
    });
    expect((await scanOne(made, port)).outcome).toBe('failed');
    expect(got).toBeLessThanOrEqual(4);
  });

  it('SAF-02: are never broadcast', async () => {
    const planned = await server();
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        const socket = dgram.createSocket('udp4');
        await new Promise<void>((resolve) => socket.bind(0, resolve));
        socket.setBroadcast(true);
      },
    });
    expect((await scanOne(made, planned.port)).detail).toContain('SAF-02');
  });
});

describe('sockets outside runs', () => {
  it('are destroyed before the first packet and reported, while infrastructure passes', async () => {
    const planned = await server();
    const made = benchWith({});
    await expect(reached(connect({ host: '127.0.0.1', port: planned.port }))).rejects.toThrow('infrastructure()');
    expect(planned.reached).toHaveLength(0);
    expect(made.faults).toHaveLength(1);
    expect(await infrastructure(() => accepts(planned.port))).toBe(true);
    expect(made.faults).toHaveLength(1);
  });

  it('are nobody else’s business once the guard is taken off', async () => {
    const planned = await server();
    await bench([fakeCollector()]).close();
    expect(await accepts(planned.port)).toBe(true);
  });
});
