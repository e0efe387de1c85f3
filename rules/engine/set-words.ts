/** What the names of sets stand for: kinds of assets, protocols of services, relations of organisations. */
import type { AssetSet, PartySet } from './population.ts';

export const kinds = {
  DEV: ['plc', 'rtu', 'drive', 'robot', 'safety', 'relay', 'sensor', 'actuator', 'camera', 'meter'],
  GW: ['gateway', 'edgehost'],
  CTRL: ['plc', 'rtu', 'safety', 'relay', 'robot'],
  HOST: ['server', 'historian', 'hmi', 'workstation', 'laptop'],
} as const satisfies Partial<Record<AssetSet, readonly string[]>>;
export const serviceKinds = ['broker', 'server', 'account'];
export const serviceProtocols = new Set([
  'mqtt',
  'mqtts',
  'ws',
  'wss',
  'opcua',
  'opc.tcp',
  'http',
  'https',
  'tls',
  'ssh',
  'vnc',
  'rfb',
]);
export const relations: Readonly<Record<PartySet, readonly string[]>> = {
  SUPPLIER: ['supplier', 'integrator'],
  PARTNER: ['servicePartner', 'integrator', 'cloudProvider'],
};
