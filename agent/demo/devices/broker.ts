/** MQTT broker (aedes): a plain and a TLS listener, password log-in, an access list, version under $SYS. */
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AuthenticateError } from 'aedes';
import type { KeyPair } from '../certificates.ts';
import { type Device, listening } from './device.ts';

export interface Broker extends Device {
  readonly tlsPort: number;
  /** What a careless hand does in the configuration: let in clients without a name. */
  letStrangersIn(on: boolean): void;
}

export interface BrokerSettings {
  readonly pair: KeyPair;
  readonly version: string;
  readonly users: Readonly<Record<string, string>>;
  /** Topics that each user may read; `$SYS` is open to all who log in. */
  readonly own: Readonly<Record<string, string>>;
}

export async function startBroker(settings: BrokerSettings): Promise<Broker> {
  let strangers = false;
  const aedes = await Aedes.createBroker({
    authenticate(_client, username, password, done) {
      if (username === undefined && password === undefined) {
        return strangers ? done(null, true) : done(refusal(5), null);
      }
      const expected = username === undefined ? undefined : settings.users[username];
      return expected !== undefined && password?.toString('utf8') === expected
        ? done(null, true)
        : done(refusal(4), null);
    },
    authorizeSubscribe(client, subscription, done) {
      const own = settings.own[nameOf(client)] ?? '';
      const allowed =
        strangers || subscription.topic.startsWith('$SYS/') || (own !== '' && subscription.topic.startsWith(own));
      // A null subscription is answered with 0x80 in the SUBACK.
      done(null, allowed ? subscription : null);
    },
    authorizePublish(client, packet, done) {
      const own = settings.own[nameOf(client)] ?? '';
      done(client === null || (own !== '' && packet.topic.startsWith(own)) ? null : new Error('not allowed'));
    },
    preConnect(client, packet, done) {
      names.set(client, packet.username);
      done(null, true);
    },
  });
  const names = new WeakMap<object, string | undefined>();
  function nameOf(client: object | null): string {
    return (client === null ? undefined : names.get(client)) ?? '';
  }
  await new Promise<void>((resolve, reject) =>
    aedes.publish(
      {
        cmd: 'publish',
        topic: '$SYS/broker/version',
        payload: settings.version,
        qos: 0,
        retain: true,
        dup: false,
      },
      (error) => (error ? reject(error) : resolve()),
    ),
  );
  const plain = createServer(aedes.handle);
  const secured = createTlsServer(
    { cert: settings.pair.certificate, key: settings.pair.key, minVersion: 'TLSv1.2' },
    aedes.handle,
  );
  const port = await listening(plain);
  const tlsPort = await listening(secured);
  return {
    port,
    tlsPort,
    letStrangersIn(on) {
      strangers = on;
    },
    async stop() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await Promise.all([closed(plain), closed(secured)]);
    },
  };
}

function refusal(returnCode: number): AuthenticateError {
  return Object.assign(new Error('refused'), { returnCode });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
