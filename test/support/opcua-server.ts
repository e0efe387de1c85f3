/** node-opcua's own server, set up as a test wants it, in this process. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AddressSpace,
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  type OPCUAServerOptions,
  Range,
  SecurityPolicy,
  ServerState,
  setErrorLogger,
  setWarningLogger,
  type UAVariable,
} from 'node-opcua';
import { temporaryFolder } from './program.ts';

export interface OpcuaSetup {
  readonly modes?: readonly ('None' | 'Sign' | 'SignAndEncrypt')[];
  readonly policies?: readonly ('Basic256Sha256' | 'Aes256_Sha256_RsaPss' | 'Aes128_Sha256_RsaOaep' | 'Basic256')[];
  readonly anonymous?: boolean;
  /** Whether unknown client certificates are taken. */
  readonly trusting?: boolean;
  /** Certificates (DER) on the server's trust lists, of applications and of users. */
  readonly trusts?: readonly Buffer[];
  readonly auditing?: boolean;
  /** Whether the tank's level may be written by everybody, and its method called. */
  readonly writable?: boolean;
  /** Issuers that the server knows (DER), and what they have taken back (DER lists). */
  readonly issuers?: readonly { readonly certificate: Buffer; readonly revoked: Buffer }[];
  /** Serial numbers of devices after the companion model OPC 10000-100; without them the server has no such model. */
  readonly devices?: readonly string[];
  /** Least length of passwords that the server's user management shows. */
  readonly passwordLength?: number;
  readonly users?: Readonly<Record<string, string>>;
  /** What it says of itself; default `Running`. */
  readonly state?: 'Running' | 'Failed' | 'Suspended';
  readonly more?: Partial<OPCUAServerOptions>;
}

export interface OpcuaServer {
  readonly port: number;
  readonly url: string;
  readonly applicationUri: string;
  /** DER of the server's application certificate. */
  readonly certificate: Buffer;
  /** Writes and calls that reached the address space. */
  writes(): number;
  /** Sessions that are open now. */
  sessions(): number;
  stop(): Promise<void>;
}

export async function startOpcuaServer(setup: OpcuaSetup = {}): Promise<OpcuaServer> {
  for (const set of [setWarningLogger, setErrorLogger]) set(() => {});
  const folder = temporaryFolder('opcua');
  const pki = (name: string) => {
    const rootFolder = join(folder.path, name);
    mkdirSync(rootFolder, { recursive: true });
    return new OPCUACertificateManager({
      rootFolder,
      automaticallyAcceptUnknownCertificate: setup.trusting ?? true,
      disableFileWatchers: true,
    });
  };
  const serverCertificateManager = pki('server');
  const userCertificateManager = pki('user');
  await serverCertificateManager.initialize();
  await userCertificateManager.initialize();
  for (const certificate of setup.trusts ?? []) {
    await serverCertificateManager.trustCertificate(certificate);
    await userCertificateManager.trustCertificate(certificate);
  }
  for (const { certificate, revoked } of setup.issuers ?? []) {
    for (const manager of [serverCertificateManager, userCertificateManager]) {
      await manager.addIssuer(certificate, false, true);
      await manager.addRevocationList(revoked, 'issuers');
      await manager.trustCertificate(certificate);
    }
  }
  const users = setup.users ?? { reader: 'quiet-reader-7' };
  const server = new OPCUAServer({
    port: 0,
    hostname: '127.0.0.1',
    serverCertificateManager,
    userCertificateManager,
    securityModes: (setup.modes ?? ['SignAndEncrypt']).map((mode) => MessageSecurityMode[mode]),
    securityPolicies: [
      ...((setup.modes ?? []).includes('None') ? [SecurityPolicy.None] : []),
      ...(setup.policies ?? ['Basic256Sha256']).map((policy) => SecurityPolicy[policy]),
    ],
    allowAnonymous: setup.anonymous ?? false,
    isAuditing: setup.auditing ?? true,
    userManager: { isValidUser: (name: string, password: string) => users[name] === password },
    buildInfo: {
      manufacturerName: 'Acme',
      productName: 'Press controller',
      softwareVersion: '3.1.4',
      buildNumber: '77',
      buildDate: new Date('2025-05-06T07:08:09Z'),
    },
    serverInfo: { applicationUri: 'urn:acme:press-7' },
    ...(setup.devices === undefined ? {} : { nodeset_filename: [nodesets.standard, nodesets.di] }),
    ...setup.more,
  });
  await server.initialize();
  let writes = 0;
  const space = server.engine.addressSpace;
  const own = space?.getOwnNamespace();
  if (space === null || space === undefined || own === undefined) throw new Error('the server has no address space');
  const tank = own.addObject({ browseName: 'Tank', organizedBy: space.rootFolder.objects });
  addDevices(space, setup.devices ?? []);
  if (setup.passwordLength !== undefined) {
    const length = space.findNode('i=24302');
    if (length === null || !('setValueFromSource' in length)) throw new Error('the server has no user management');
    const value = new Range({ low: setup.passwordLength, high: 128 });
    (length as UAVariable).setValueFromSource({ dataType: DataType.ExtensionObject, value });
  }
  const level = own.addVariable({
    browseName: 'Level',
    componentOf: tank,
    dataType: 'Double',
    accessLevel: setup.writable ? 'CurrentRead | CurrentWrite' : 'CurrentRead',
    userAccessLevel: setup.writable ? 'CurrentRead | CurrentWrite' : 'CurrentRead',
    value: { dataType: 'Double', value: 4.2 },
  });
  level.on('value_changed', () => {
    writes += 1;
  });
  const drain = own.addMethod(tank, {
    browseName: 'Drain',
    inputArguments: [],
    outputArguments: [],
  });
  // A method without a body can be called by nobody.
  if (setup.writable) {
    drain.bindMethod(async (_input: unknown, _context: unknown) => {
      writes += 1;
      return { outputArguments: [] };
    });
  }
  await server.start();
  if (setup.state !== undefined) server.engine.setServerState(ServerState[setup.state]);
  return {
    port: server.endpoints[0]?.port ?? 0,
    url: `opc.tcp://127.0.0.1:${server.endpoints[0]?.port}`,
    applicationUri: 'urn:acme:press-7',
    certificate: Buffer.from(server.getCertificate()),
    writes: () => writes,
    sessions: () => server.engine.currentSessionCount,
    async stop() {
      await server.shutdown(0);
      await serverCertificateManager.dispose();
      await userCertificateManager.dispose();
      folder.remove();
    },
  };
}

function addDevices(space: AddressSpace, serials: readonly string[]): void {
  if (serials.length === 0) return;
  const di = space.getNamespaceIndex('http://opcfoundation.org/UA/DI/');
  const type = space.findObjectType('DeviceType', di);
  if (type === null) throw new Error('the server has no companion model');
  const drive = space.getOwnNamespace().addObjectType({ browseName: 'DriveType', subtypeOf: type });
  for (const [index, serial] of serials.entries()) {
    const device = drive.instantiate({
      browseName: `Drive ${index}`,
      organizedBy: `ns=${di};i=5001`,
      optionals: [],
    });
    const property = device.getPropertyByName('SerialNumber', di);
    if (property === null) throw new Error('the companion model has no serial number');
    property.setValueFromSource({ dataType: DataType.String, value: serial });
  }
}

/** A self-signed certificate and its key, PEM, as an operator would hand them out. */
export async function makeCertificate(applicationUri: string): Promise<{ pem: string; der: Buffer; key: string }> {
  const folder = temporaryFolder('opcua-key');
  const manager = new OPCUACertificateManager({ rootFolder: folder.path, disableFileWatchers: true });
  try {
    await manager.initialize();
    const outputFile = join(folder.path, 'certificate.pem');
    await manager.createSelfSignedCertificate({
      applicationUri,
      subject: { commonName: 'Plant reader', organization: 'Acme' },
      dns: [],
      ip: [],
      startDate: new Date(),
      validity: 365,
      outputFile,
    });
    const pem = readFileSync(outputFile, 'utf8');
    const key = readFileSync(join(folder.path, 'own', 'private', 'private_key.pem'), 'utf8');
    return { pem, der: Buffer.from(new X509Certificate(pem).raw), key };
  } finally {
    await manager.dispose();
    folder.remove();
  }
}
