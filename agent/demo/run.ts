/** Starts the demo plant: real protocol servers on loopback in this process, and flaws that can be broken and mended. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { demoAssets } from './assets.ts';
import { type Authority, openAuthority } from './certificates.ts';
import { type Broker, startBroker } from './devices/broker.ts';
import { type Device, listening } from './devices/device.ts';
import { startModbus } from './devices/modbus.ts';
import { type OpcuaServer, startOpcuaServer } from './devices/opcua-server.ts';
import { type SnmpAgent, startSnmpAgent } from './devices/snmp-agent.ts';
import { startWeb, type Web } from './devices/web.ts';
import { type Ports, type Secrets, writeDemoPlant } from './plant.ts';

export interface Flaw {
  readonly name: string;
  readonly title: string;
  readonly asset: string;
  /** Practices expected to move. */
  readonly practices: readonly string[];
  /** A plant is never without flaws: this one is broken when the demo starts. */
  readonly fromTheStart?: true;
}

export interface DemoPlant {
  readonly plantFile: string;
  flaws(): readonly (Flaw & { readonly broken: boolean })[];
  /** Resolves when the device behaves the other way; false when no flaw has that name. */
  set(name: string, broken: boolean): Promise<boolean>;
  /** Connections that reached the safety controller: none, ever. */
  touchedSafety(): number;
  stop(): Promise<void>;
}

export async function startDemoPlant(folder: string): Promise<DemoPlant> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = await openAuthority(join(folder, 'devices'));
  const secrets = readSecrets(folder);
  const devices: Device[] = [];
  const ports: Record<string, { port: number; tlsPort?: number }> = {};
  const brokers: Record<string, Broker> = {};
  const webs: Record<string, Web> = {};
  const agents: Record<string, SnmpAgent> = {};
  const servers: Record<string, OpcuaServer> = {};
  let touched = 0;

  for (const { id, name, runs, model, vendor } of demoAssets) {
    if (runs === 'broker' || runs === 'gateway') {
      const broker = await startBroker({
        pair: await authority.issue(`${id}-mqtt`, { hosts: ['127.0.0.1', 'localhost'] }),
        version: `${vendor} ${model} 2.4.1`,
        users: { plimsoll: secrets.broker },
        own: { plimsoll: 'plimsoll/' },
      });
      brokers[id] = broker;
      devices.push(broker);
      ports[id] = { port: broker.port, tlsPort: broker.tlsPort };
    }
    if (runs === 'web' || runs === 'gateway') {
      const web = await startWeb({
        pair: await authority.issue(id, { hosts: ['127.0.0.1', 'localhost'] }),
        title: name,
        server: vendor,
      });
      webs[id] = web;
      devices.push(web);
      ports[id] = { ...ports[id], port: web.port };
    }
    if (runs === 'snmp') {
      const agent = await startSnmpAgent({
        engineId: `80001f8804${Buffer.from(id).toString('hex')}`,
        user: 'plimsoll',
        authKey: secrets.authKey,
        privKey: secrets.privKey,
        description: `${vendor} ${model}, software 7.1.3`,
        objectId: '1.3.6.1.4.1.32473.1.8',
        contact: 'ot-desk@acme-foods.example',
        name: id,
        location: 'Plant North',
        scalars: {},
      });
      agents[id] = agent;
      devices.push(agent);
      ports[id] = { port: agent.port };
    }
    if (runs === 'opcua') {
      const server = await startOpcuaServer({
        folder: join(folder, 'devices', 'opcua'),
        name: id,
        uri: `urn:acme-foods:${id}`,
        manufacturer: vendor,
        product: model,
        version: '4.2.1',
        users: { plimsoll: secrets.scada },
      });
      servers[id] = server;
      devices.push(server);
      ports[id] = { port: server.port };
    }
    if (runs === 'modbus') {
      const drive = await startModbus({ vendor, product: `${model}-400`, revision: 'V1.8', model });
      devices.push(drive);
      ports[id] = { port: drive.port };
    }
    if (runs === 'safety') {
      const server = createServer((socket) => {
        touched += 1;
        socket.destroy();
      });
      const port = await listening(server);
      devices.push({ port, stop: () => new Promise((resolve) => server.close(() => resolve())) });
      ports[id] = { port };
    }
  }

  const flaws = flawsOf({ authority, brokers, webs, agents, servers });
  const broken = new Set<string>();
  for (const flaw of flaws.filter((each) => each.fromTheStart)) {
    await flaw.set(true);
    broken.add(flaw.name);
  }
  const plantFile = writeDemoPlant(folder, ports satisfies Ports, {
    trust: authority.certificate,
    pinned: servers['scada-server']?.certificate ?? '',
    secrets,
  });
  return {
    plantFile,
    flaws: () =>
      flaws.map(({ set: _set, fromTheStart: _start, ...flaw }) => ({ ...flaw, broken: broken.has(flaw.name) })),
    async set(name, on) {
      const flaw = flaws.find((each) => each.name === name);
      if (flaw === undefined) return false;
      await flaw.set(on);
      if (on) broken.add(name);
      else broken.delete(name);
      return true;
    },
    touchedSafety: () => touched,
    async stop() {
      await Promise.all(devices.map((device) => device.stop()));
    },
  };
}

interface Running {
  readonly authority: Authority;
  readonly brokers: Readonly<Record<string, Broker>>;
  readonly webs: Readonly<Record<string, Web>>;
  readonly agents: Readonly<Record<string, SnmpAgent>>;
  readonly servers: Readonly<Record<string, OpcuaServer>>;
}

function flawsOf(running: Running): (Flaw & { set(on: boolean): Promise<void> | void })[] {
  return [
    {
      name: 'cell-broker-anonymous',
      title: 'The cell broker lets in clients without a name',
      asset: 'cell-broker',
      practices: ['ACC'],
      set: (on) => running.brokers['cell-broker']?.letStrangersIn(on),
    },
    {
      name: 'dmz-broker-anonymous',
      title: 'The cloud bridge broker, reachable from outside, lets in clients without a name',
      asset: 'dmz-broker',
      practices: ['ACC'],
      set: (on) => running.brokers['dmz-broker']?.letStrangersIn(on),
    },
    {
      name: 'gateway-old-tls',
      title: 'The edge gateway accepts TLS 1.0 again',
      asset: 'edge-gateway',
      practices: ['DPI'],
      fromTheStart: true,
      set: (on) => running.webs['edge-gateway']?.accept(on ? 'TLSv1' : 'TLSv1.2'),
    },
    {
      name: 'historian-expired-certificate',
      title: "The historian's certificate has expired",
      asset: 'historian',
      practices: ['EMI', 'DPI'],
      async set(on) {
        const name = on ? 'historian-expired' : 'historian';
        const leaf = { hosts: ['127.0.0.1', 'localhost'], ...(on ? { from: -400, until: -3 } : {}) };
        running.webs.historian?.present(await running.authority.issue(name, leaf));
      },
    },
    {
      name: 'plc-opened-up',
      title: 'The filler PLC offers an unsecured endpoint and anonymous users',
      asset: 'filler-plc',
      practices: ['ACC'],
      set: (on) => running.servers['filler-plc']?.openUp(on),
    },
    {
      name: 'plc-silent',
      title: 'The palletiser PLC no longer answers',
      asset: 'palletiser-plc',
      practices: [],
      set: (on) => running.servers['palletiser-plc']?.hang(on),
    },
    {
      name: 'firewall-community',
      title: 'The edge firewall answers the community "public"',
      asset: 'dmz-firewall',
      practices: [],
      set: (on) => running.agents['dmz-firewall']?.answerCommunity('public', on),
    },
  ];
}

/** Secrets of the demo devices: random, kept in files that only this user reads. */
function readSecrets(folder: string): Secrets {
  const held = (name: string) => {
    const path = join(folder, 'secrets', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : randomBytes(18).toString('base64url');
  };
  return { broker: held('broker'), scada: held('scada'), authKey: held('authKey'), privKey: held('privKey') };
}
