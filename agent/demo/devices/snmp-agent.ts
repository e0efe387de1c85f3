/** SNMP agent of a switch, firewall or supply: SNMPv3 authPriv, and v1/v2c when a careless hand switches it on. */
import { createSocket } from 'node:dgram';
import { createAgent } from 'net-snmp';
import type { Device } from './device.ts';

export interface SnmpAgent extends Device {
  /** Answers the community as well. */
  answerCommunity(community: string, on: boolean): void;
}

export interface SnmpAgentSettings {
  /** `80001f8804` + text in hex: the enterprise number and a name of the device's own. */
  readonly engineId: string;
  readonly user: string;
  readonly authKey: string;
  readonly privKey: string;
  readonly description: string;
  readonly objectId: string;
  readonly contact: string;
  readonly name: string;
  readonly location: string;
  /** Further read-only scalars by OID. */
  readonly scalars: Readonly<Record<string, string | number>>;
}

// Numbers of net-snmp's own tables (SecurityLevel, AuthProtocols, PrivProtocols, ObjectType, MaxAccess).
const simpleAccessControl = 1;
const authPriv = 3;
const sha256 = '5';
const aes128 = '4';
const scalar = 1;
const readOnly = 2;
const integer = 2;
const octetString = 4;
const objectIdentifier = 6;
const timeTicks = 67;

const started = Date.now();

export async function startSnmpAgent(settings: SnmpAgentSettings): Promise<SnmpAgent> {
  const port = await freeUdpPort();
  const agent = createAgent(
    {
      port,
      address: '127.0.0.1',
      accessControlModelType: simpleAccessControl,
      engineID: settings.engineId,
    },
    () => undefined,
  );
  agent.getAuthorizer().addUser({
    name: settings.user,
    level: authPriv,
    authProtocol: sha256,
    authKey: settings.authKey,
    privProtocol: aes128,
    privKey: settings.privKey,
  });
  const system: [string, string | number][] = [
    ['1.3.6.1.2.1.1.1', settings.description],
    ['1.3.6.1.2.1.1.4', settings.contact],
    ['1.3.6.1.2.1.1.5', settings.name],
    ['1.3.6.1.2.1.1.6', settings.location],
    ...Object.entries(settings.scalars),
  ];
  const mib = agent.getMib();
  for (const [oid, value] of system) {
    const text = typeof value === 'string';
    mib.registerProvider({
      name: oid,
      type: scalar,
      oid,
      scalarType: text ? octetString : integer,
      maxAccess: readOnly,
    });
    mib.setScalarValue(oid, value);
  }
  mib.registerProvider({
    name: 'sysObjectID',
    type: scalar,
    oid: '1.3.6.1.2.1.1.2',
    scalarType: objectIdentifier,
    maxAccess: readOnly,
  });
  mib.setScalarValue('sysObjectID', settings.objectId);
  mib.registerProvider({
    name: 'sysUpTime',
    type: scalar,
    oid: '1.3.6.1.2.1.1.3',
    scalarType: timeTicks,
    maxAccess: readOnly,
    handler: (request: { done: () => void }) => {
      mib.setScalarValue('sysUpTime', Math.floor((Date.now() - started) / 10));
      request.done();
    },
  });
  mib.setScalarValue('sysUpTime', 0);
  return {
    port,
    answerCommunity(community, on) {
      if (on) agent.getAuthorizer().addCommunity(community);
      else agent.getAuthorizer().deleteCommunity(community);
    },
    stop: async () => agent.close(),
  };
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
