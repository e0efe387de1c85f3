/**
 * The assets of the demo plant: a packaging line with its cell network, its control room and its edge. The plant file
 * is written from this table once the devices have their ports.
 */

export interface DemoAsset {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly zone: 'cell-3' | 'control' | 'dmz';
  readonly type: string;
  readonly vendor: string;
  readonly model: string;
  readonly criticality?: 'low' | 'normal' | 'critical';
  readonly owner?: string;
  /** What runs for it on loopback; absent: known from the inventory alone. */
  readonly runs?: 'opcua' | 'broker' | 'web' | 'snmp' | 'modbus' | 'safety' | 'gateway';
  /** Needs the maker's approval above passive. */
  readonly approved?: true;
}

export const demoAssets: readonly DemoAsset[] = [
  asset('filler-plc', 'Filler PLC', 'plc', 'cell-3', {
    type: 'kx-plc',
    vendor: 'Kestrel',
    model: 'KX-410',
    runs: 'opcua',
    approved: true,
  }),
  asset('capper-plc', 'Capper PLC', 'plc', 'cell-3', {
    type: 'kx-plc',
    vendor: 'Kestrel',
    model: 'KX-410',
    runs: 'opcua',
    approved: true,
  }),
  asset('palletiser-plc', 'Palletiser PLC', 'plc', 'cell-3', {
    type: 'kx-plc',
    vendor: 'Kestrel',
    model: 'KX-420',
    runs: 'opcua',
    approved: true,
  }),
  asset('pick-robot', 'Pick robot', 'robot', 'cell-3', {
    type: 'armada-robot',
    vendor: 'Armada',
    model: 'R6',
    runs: 'web',
    approved: true,
  }),
  asset('sis-1', 'Guard door safety controller', 'safety', 'cell-3', {
    type: 'safety',
    vendor: 'Halyard',
    model: 'S3',
    runs: 'safety',
  }),
  asset('cell-broker', 'Cell broker', 'broker', 'cell-3', {
    type: 'cell-broker',
    vendor: 'Fathom',
    model: 'MB-2',
    runs: 'broker',
  }),
  asset('cell-switch-1', 'Cell switch 1', 'switch', 'cell-3', {
    type: 'hx-switch',
    vendor: 'Hawser',
    model: 'HX-8',
    runs: 'snmp',
  }),
  asset('cell-switch-2', 'Cell switch 2', 'switch', 'cell-3', {
    type: 'hx-switch',
    vendor: 'Hawser',
    model: 'HX-8',
    runs: 'snmp',
  }),
  asset('drive-1', 'Conveyor drive 1', 'drive', 'cell-3', {
    type: 'fieldbus',
    vendor: 'Capstan',
    model: 'D-15',
    criticality: 'normal',
    runs: 'modbus',
    approved: true,
  }),
  asset('drive-2', 'Conveyor drive 2', 'drive', 'cell-3', {
    type: 'fieldbus',
    vendor: 'Capstan',
    model: 'D-15',
    criticality: 'normal',
  }),
  asset('scale-1', 'Check weigher', 'sensor', 'cell-3', { type: 'fieldbus', vendor: 'Sounder', model: 'W-2' }),
  asset('vision-camera', 'Label camera', 'camera', 'cell-3', {
    type: 'camera',
    vendor: 'Lookout',
    model: 'C-5',
    runs: 'web',
    approved: true,
  }),
  asset('cell-sensor', 'Network sensor, cell 3', 'networksensor', 'cell-3', {
    type: 'sensor',
    vendor: 'Lookout',
    model: 'NS-1',
  }),
  asset('scada-server', 'SCADA server', 'server', 'control', {
    type: 'scada',
    vendor: 'Fathom',
    model: 'View 9',
    criticality: 'critical',
    runs: 'opcua',
  }),
  asset('historian', 'Historian', 'historian', 'control', {
    type: 'historian',
    vendor: 'Fathom',
    model: 'Log 4',
    criticality: 'critical',
    runs: 'web',
  }),
  asset('hmi-1', 'Line panel 1', 'hmi', 'control', { type: 'panel', vendor: 'Fathom', model: 'P-12' }),
  asset('hmi-2', 'Line panel 2', 'hmi', 'control', { type: 'panel', vendor: 'Fathom', model: 'P-12' }),
  asset('eng-station', 'Engineering station', 'workstation', 'control', {
    type: 'station',
    vendor: 'Fathom',
    model: 'E-1',
  }),
  asset('control-switch', 'Control room switch', 'switch', 'control', {
    type: 'hx-switch',
    vendor: 'Hawser',
    model: 'HX-24',
    runs: 'snmp',
  }),
  asset('control-sensor', 'Network sensor, control room', 'networksensor', 'control', {
    type: 'sensor',
    vendor: 'Lookout',
    model: 'NS-1',
  }),
  asset('edge-gateway', 'Edge gateway', 'gateway', 'dmz', {
    type: 'gateway',
    vendor: 'Mooring',
    model: 'G-7',
    runs: 'gateway',
  }),
  asset('dmz-broker', 'Cloud bridge broker', 'broker', 'dmz', {
    type: 'cell-broker',
    vendor: 'Fathom',
    model: 'MB-4',
    runs: 'broker',
  }),
  asset('dmz-firewall', 'Edge firewall', 'firewall', 'dmz', {
    type: 'firewall',
    vendor: 'Hawser',
    model: 'FW-2',
    criticality: 'critical',
    runs: 'snmp',
  }),
  asset('remote-access', 'Remote access portal', 'server', 'dmz', {
    type: 'portal',
    vendor: 'Mooring',
    model: 'R-1',
    criticality: 'critical',
    runs: 'web',
  }),
];

/** Capabilities by type: what a type cannot do is no gap of its assets. */
export const demoTypes: Readonly<Record<string, readonly string[]>> = {
  'kx-plc': ['backup', 'clock', 'logging'],
  'armada-robot': ['backup', 'clock', 'tls'],
  safety: [],
  'cell-broker': ['backup', 'clock', 'logging', 'tls', 'clientCertificate'],
  'hx-switch': ['backup', 'clock', 'logging', 'snmp'],
  fieldbus: [],
  camera: ['tls'],
  sensor: ['clock', 'logging'],
  scada: ['backup', 'clock', 'logging', 'clientCertificate'],
  historian: ['backup', 'clock', 'logging', 'tls'],
  panel: ['clock'],
  station: ['backup', 'clock', 'logging'],
  gateway: ['backup', 'clock', 'logging', 'tls', 'clientCertificate', 'remoteUpdate'],
  firewall: ['backup', 'clock', 'logging', 'snmp'],
  portal: ['backup', 'clock', 'logging', 'tls'],
};

function asset(
  id: string,
  name: string,
  kind: string,
  zone: DemoAsset['zone'],
  rest: Omit<DemoAsset, 'id' | 'name' | 'kind' | 'zone'>,
): DemoAsset {
  return { id, name, kind, zone, ...rest };
}
