/** Writes the demo plant's files: plant file with its consents and approvals, statements, imports, secrets, trust. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type DemoAsset, demoAssets, demoTypes } from './assets.ts';
import { demoImports } from './imports.ts';
import { daysAgo, demoStatements } from './statements.ts';

export interface Ports {
  /** By asset; brokers and gateways have two. */
  readonly [asset: string]: { readonly port: number; readonly tlsPort?: number };
}

export interface Secrets {
  readonly broker: string;
  readonly scada: string;
  readonly authKey: string;
  readonly privKey: string;
}

/** Returns the path of the plant file. */
export function writeDemoPlant(
  folder: string,
  ports: Ports,
  plant: { trust: string; pinned: string; secrets: Secrets },
): string {
  for (const sub of ['statements', 'imports', 'secrets'])
    mkdirSync(join(folder, sub), { recursive: true, mode: 0o700 });
  for (const [name, value] of Object.entries(plant.secrets)) {
    writeFileSync(join(folder, 'secrets', name), value, { mode: 0o600 });
  }
  writeFileSync(join(folder, 'authority.pem'), plant.trust);
  writeFileSync(join(folder, 'scada.pem'), plant.pinned);
  writeFileSync(
    join(folder, 'statements', 'line-3.yaml'),
    stringify(demoStatements(), { aliasDuplicateObjects: false }),
  );
  writeFileSync(join(folder, 'stop.md'), 'Call the shift leader, then press "Stop all probes".\n');
  const imports = demoImports();
  for (const { file, text } of Object.values(imports)) writeFileSync(join(folder, 'imports', file), text);
  const file = join(folder, 'plant.yaml');
  const body = {
    plimsoll: 1,
    validUntil: daysAgo(-365),
    organisation: { id: 'acme-foods', name: 'Acme Foods' },
    site: { id: 'north', name: 'Plant North', timeZone: 'Europe/Berlin', contact: 'ot-desk@acme-foods.example' },
    trust: ['./authority.pem', './scada.pem'],
    credentials: {
      'broker-reader': { username: 'plimsoll', password: { file: './secrets/broker' } },
      'scada-reader': { username: 'plimsoll', password: { file: './secrets/scada' } },
      'switch-reader': {
        user: 'plimsoll',
        authProtocol: 'sha256',
        authKey: { file: './secrets/authKey' },
        privProtocol: 'aes',
        privKey: { file: './secrets/privKey' },
      },
    },
    types: Object.entries(demoTypes).map(([id, capabilities]) => ({ id, capabilities: [...capabilities] })),
    conduits: [
      { id: 'cell-control', from: 'cell-3', to: 'control' },
      { id: 'control-dmz', from: 'control', to: 'dmz' },
    ],
    zones: [
      zone('cell-3', 'Cell 3', 'process', { exposed: false, touch: 'identify', otIdentity: ['modbus'] }),
      zone('control', 'Control room', 'supervision', { exposed: false, touch: 'read' }),
      zone('dmz', 'Edge', 'dmz', { exposed: true, touch: 'read' }),
    ],
    systems: [
      {
        id: 'line-3',
        name: 'Packaging line 3',
        role: 'owner',
        profile: 'discrete-manufacturing',
        owners: { business: 'ada@acme-foods.example', technical: 'max@acme-foods.example' },
        targets: { default: 2, RAT: 1, PHP: 1, DPM: 1, SAI: 1, EMI: 3, ACC: 2 },
        schedule: '*/5 * * * *',
        assets: [
          ...demoAssets.map((asset) => assetEntry(asset, ports)),
          {
            id: 'remote-help',
            name: 'Remote Help Ltd',
            kind: 'organisation',
            relation: ['servicePartner'],
            criticality: 'critical',
          },
        ],
        consents: [
          consent('anonymous-mqtt', ['cell-broker', 'dmz-broker', 'edge-gateway'], ['mqtt.anonymous']),
          consent(
            'anonymous-opcua',
            ['filler-plc', 'capper-plc', 'palletiser-plc', 'scada-server'],
            ['opcua.anonymous'],
          ),
        ],
      },
    ],
    statements: ['./statements/*.yaml'],
    imports: Object.entries(imports).map(([source, { file }]) => ({ file: `./imports/${file}`, source })),
  };
  const head = [
    '# The demo plant. Written anew at every start, because its devices get new ports.',
    '# Everything listens on loopback; consents and approvals are part of the file, as in a real one.',
  ];
  writeFileSync(file, `${head.join('\n')}\n${stringify(body, { lineWidth: 120, aliasDuplicateObjects: false })}`);
  return file;
}

function zone(id: string, name: string, type: string, rest: object): object {
  return { id, name, type, link: 'ethernet', stopContact: '+49 30 000000', stopProcedure: './stop.md', ...rest };
}

function consent(id: string, assets: readonly string[], tests: readonly string[]): object {
  return {
    id,
    assets,
    tests,
    by: 'max@acme-foods.example',
    reason: 'yearly check that strangers are refused',
    on: daysAgo(10),
    until: daysAgo(-60),
    contact: '+49 30 000000',
  };
}

function assetEntry(asset: DemoAsset, ports: Ports): object {
  const at = ports[asset.id];
  const { id, name, kind, zone: inZone, type, vendor, model } = asset;
  return {
    id,
    name,
    kind,
    zone: inZone,
    ...(asset.criticality === undefined ? {} : { criticality: asset.criticality }),
    type,
    vendor,
    model,
    owner: asset.owner ?? 'max@acme-foods.example',
    ...(asset.approved ? { approval: approvalOf(asset) } : {}),
    // It listens on a port of its own, and Modbus is spoken to no port that is not said to be one.
    ...(asset.runs === 'modbus' && at !== undefined ? { interfaces: [{ port: at.port, protocol: 'modbus' }] } : {}),
    ...(at === undefined ? {} : { host: '127.0.0.1', probes: probesOf(asset, at) }),
  };
}

function approvalOf({ runs }: DemoAsset): object {
  const named = runs === 'modbus' ? { for: ['modbus'] } : {};
  return { by: 'maker', contract: 'C-12', on: daysAgo(20), ...named, until: daysAgo(-200) };
}

function probesOf(asset: DemoAsset, at: Ports[string]): object[] {
  const here = `127.0.0.1:${at.port}`;
  const secured = `127.0.0.1:${at.tlsPort}`;
  if (asset.runs === undefined) return [];
  switch (asset.runs) {
    case 'opcua':
      return [
        asset.kind === 'server'
          ? { collector: 'opcua', url: `opc.tcp://${here}`, credential: 'scada-reader' }
          : { collector: 'opcua', url: `opc.tcp://${here}` },
      ];
    case 'broker':
      return [
        { id: 'mqtt', collector: 'mqtt', url: `mqtts://${secured}`, credential: 'broker-reader' },
        { id: 'mqtt-plain', collector: 'mqtt', url: `mqtt://${here}` },
        { id: 'tls', collector: 'tls', url: `tls://${secured}` },
      ];
    case 'gateway':
      return [
        { id: 'mqtt', collector: 'mqtt', url: `mqtts://${secured}`, credential: 'broker-reader' },
        { id: 'https', collector: 'tls', url: `https://${here}` },
      ];
    case 'web':
      return [
        {
          id: 'https',
          collector: 'tls',
          url: `https://${here}`,
          // Controllers and cameras get one handshake a run.
          ...(asset.approved ? { options: { hellos: 1 } } : {}),
        },
      ];
    case 'snmp':
      return [{ collector: 'snmp', url: `snmp://${here}`, credential: 'switch-reader' }];
    case 'modbus':
      return [{ collector: 'modbus', url: `modbus://${here}` }];
    case 'safety':
      return [{ id: 'tls', collector: 'tls', url: `tls://${here}` }];
  }
}
