/** The objects that are read, by number. The community table (1.3.6.1.6.3.18.1.1.1) holds secrets and is never read. */

const system = '1.3.6.1.2.1.1';
const entity = '1.3.6.1.2.1.47.1.1.1.1';
const vacm = '1.3.6.1.6.3.16.1';
const usm = '1.3.6.1.6.3.15.1';
const lldp = '1.0.8802.1.1.2.1';
const interfaces = '1.3.6.1.2.1.2.2.1';
const dot1x = '1.0.8802.1.1.1.1';

/** At most eight objects go into one GET. */
export const mostPerGet = 8;

export const scalars = {
  description: `${system}.1.0`,
  objectId: `${system}.2.0`,
  upTime: `${system}.3.0`,
  contact: `${system}.4.0`,
  name: `${system}.5.0`,
  location: `${system}.6.0`,
  badCommunityNames: '1.3.6.1.2.1.11.4.0',
  badCommunityUses: '1.3.6.1.2.1.11.5.0',
  date: '1.3.6.1.2.1.25.1.2.0',
  ntpMode: '1.3.6.1.2.1.197.1.2.1.0',
  bridgePorts: '1.3.6.1.2.1.17.1.2.0',
  unknownUsers: `${usm}.1.3.0`,
  wrongDigests: `${usm}.1.5.0`,
  neighbourInserts: `${lldp}.2.2.0`,
  portLogOn: `${dot1x}.1.1.0`,
} as const;

export const systemGroup: readonly string[] = [
  scalars.description,
  scalars.objectId,
  scalars.upTime,
  scalars.contact,
  scalars.name,
  scalars.location,
  scalars.badCommunityNames,
  scalars.badCommunityUses,
];

export const stateGroup: readonly string[] = [
  scalars.date,
  scalars.ntpMode,
  scalars.bridgePorts,
  scalars.unknownUsers,
  scalars.wrongDigests,
  scalars.neighbourInserts,
  scalars.portLogOn,
];

/** Columns of tables; each group is walked side by side, one GETBULK advancing all of them. */
export const columns = {
  entityClass: `${entity}.5`,
  entityHardware: `${entity}.8`,
  entityFirmware: `${entity}.9`,
  entitySoftware: `${entity}.10`,
  entitySerial: `${entity}.11`,
  entityMaker: `${entity}.12`,
  entityModel: `${entity}.13`,
  targetDomain: '1.3.6.1.6.3.12.1.2.1.2',
  targetTags: '1.3.6.1.6.3.12.1.2.1.6',
  targetStatus: '1.3.6.1.6.3.12.1.2.1.9',
  notifyTag: '1.3.6.1.6.3.13.1.1.1.2',
  notifyStatus: '1.3.6.1.6.3.13.1.1.1.5',
  portType: `${interfaces}.3`,
  portAdmin: `${interfaces}.7`,
  portOper: `${interfaces}.8`,
  portLastChange: `${interfaces}.9`,
  portControl: `${dot1x}.2.1.1.6`,
  neighbourChassis: `${lldp}.4.1.1.5`,
  neighbourPort: `${lldp}.4.1.1.7`,
  neighbourName: `${lldp}.4.1.1.9`,
  localPort: `${lldp}.3.7.1.3`,
  neighbourAddress: `${lldp}.4.2.1.3`,
  tcpListener: '1.3.6.1.2.1.6.20.1.4',
  tcpConnection: '1.3.6.1.2.1.6.13.1.1',
  udpEndpoint: '1.3.6.1.2.1.7.7.1.8',
  udpListener: '1.3.6.1.2.1.7.5.1.1',
  groupOfName: `${vacm}.2.1.3`,
  accessRead: `${vacm}.4.1.5`,
  accessWrite: `${vacm}.4.1.6`,
  viewType: `${vacm}.5.2.1.4`,
  userAuth: `${usm}.2.2.1.5`,
  userPriv: `${usm}.2.2.1.8`,
  userStatus: `${usm}.2.2.1.13`,
} as const;
export type ColumnName = keyof typeof columns;

export const entityColumns: readonly ColumnName[] = [
  'entityClass',
  'entityHardware',
  'entityFirmware',
  'entitySoftware',
  'entitySerial',
  'entityMaker',
  'entityModel',
];
export const targetColumns: readonly ColumnName[] = [
  'targetDomain',
  'targetTags',
  'targetStatus',
  'notifyTag',
  'notifyStatus',
];
export const portColumns: readonly ColumnName[] = [
  'portType',
  'portAdmin',
  'portOper',
  'portLastChange',
  'portControl',
];
export const neighbourColumns: readonly ColumnName[] = [
  'neighbourChassis',
  'neighbourPort',
  'neighbourName',
  'localPort',
  'neighbourAddress',
];
export const listenerColumns: readonly ColumnName[] = ['tcpListener', 'udpEndpoint', 'tcpConnection', 'udpListener'];
export const accessColumns: readonly ColumnName[] = [
  'groupOfName',
  'accessRead',
  'accessWrite',
  'viewType',
  'userAuth',
  'userPriv',
  'userStatus',
];
