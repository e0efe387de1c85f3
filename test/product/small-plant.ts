/** A plant of one broker and one web front, real servers of this process, with files in a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openAuthority } from '../../agent/demo/certificates.ts';
import { type Broker, startBroker } from '../../agent/demo/devices/broker.ts';
import { startWeb } from '../../agent/demo/devices/web.ts';
import { temporaryFolder } from '../support/program.ts';

export const brokerPassword = 'correct-horse-battery-staple';

export interface SmallPlant {
  readonly folder: string;
  readonly file: string;
  readonly broker: Broker;
  /** Writes the plant file anew with further or other assets and targets. */
  write(change?: { readonly assets?: readonly object[]; readonly name?: string; readonly costs?: object }): void;
  stop(): Promise<void>;
}

export async function smallPlant(): Promise<SmallPlant> {
  const { path: folder, remove } = temporaryFolder('plant');
  const authority = await openAuthority(join(folder, 'authority'));
  const hosts = ['127.0.0.1', 'localhost'];
  const broker = await startBroker({
    pair: await authority.issue('broker', { hosts }),
    version: 'Fathom MB-2 2.4.1',
    users: { plimsoll: brokerPassword },
    own: { plimsoll: 'plimsoll/' },
  });
  const web = await startWeb({ pair: await authority.issue('web', { hosts }), title: 'Historian', server: 'Fathom' });
  const file = join(folder, 'plant.yaml');
  mkdirSync(join(folder, 'statements'));
  writeFileSync(join(folder, 'password'), brokerPassword, { mode: 0o600 });
  writeFileSync(join(folder, 'authority.pem'), authority.certificate);
  writeFileSync(join(folder, 'statements', 'own.yaml'), stringify({ plimsoll: 1, statements: [owner()] }));
  const write: SmallPlant['write'] = (change = {}) =>
    writeFileSync(
      file,
      stringify({
        plimsoll: 1,
        site: { id: 'north', name: 'Plant North' },
        trust: ['./authority.pem'],
        credentials: { reader: { username: 'plimsoll', password: { file: './password' } } },
        systems: [
          {
            id: 'line-1',
            name: change.name ?? 'Line 1',
            targets: { default: 1 },
            assets: [
              {
                ...{ id: 'broker-1', name: 'Cell broker', kind: 'broker', exposed: false },
                host: '127.0.0.1',
                probes: [
                  {
                    ...{ id: 'mqtt', collector: 'mqtt', url: `mqtts://127.0.0.1:${broker.tlsPort}` },
                    credential: 'reader',
                  },
                ],
              },
              {
                ...{ id: 'historian-1', name: 'Historian', kind: 'historian', exposed: false },
                host: '127.0.0.1',
                probes: [{ id: 'https', collector: 'tls', url: `https://127.0.0.1:${web.port}` }],
              },
              ...(change.assets ?? []),
            ],
            consents: [
              {
                ...{ assets: ['broker-1'], tests: ['mqtt.anonymous'], by: 'max@example.com', reason: 'yearly check' },
                ...{ on: day(-2), until: day(30), contact: '+49 30 000000' },
              },
            ],
          },
        ],
        statements: ['./statements/*.yaml'],
        ...(change.costs === undefined ? {} : { costs: change.costs }),
      }),
    );
  write();
  return {
    ...{ folder, file, broker, write },
    async stop() {
      await broker.stop();
      await web.stop();
      remove();
    },
  };
}

export function day(from: number): string {
  return new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
}

function owner(): object {
  return {
    ...{ id: 'owner', kind: 'attestation', type: 'appointment', subject: { system: 'line-1' } },
    facts: { 'program.owner.name': 'Ada', 'program.owner.confirmedAt': day(-10) },
    ...{ by: 'ada@example.com', role: 'business owner', on: day(-5) },
  };
}
