/** OPC UA server of a controller or SCADA host: Sign and SignAndEncrypt endpoints, named users. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy } from 'node-opcua';
import type { Device } from './device.ts';

export interface OpcuaServer extends Device {
  /** Its own certificate, PEM: self-signed, for those who pin it. */
  readonly certificate: string;
  /** Restarts it on the same port: with an unsecured endpoint and anonymous users, or without. */
  openUp(on: boolean): Promise<void>;
  /** Answers no more, as a hung controller does, or again. */
  hang(on: boolean): Promise<void>;
}

export interface OpcuaSettings {
  readonly folder: string;
  readonly name: string;
  readonly uri: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly version: string;
  readonly users: Readonly<Record<string, string>>;
}

export async function startOpcuaServer(settings: OpcuaSettings): Promise<OpcuaServer> {
  const certificates = new OPCUACertificateManager({
    rootFolder: join(settings.folder, settings.name),
    automaticallyAcceptUnknownCertificate: true,
  });
  await certificates.initialize();
  let server = await serve(settings, certificates, { port: 0, open: false });
  const port = portOf(server);
  return {
    port,
    certificate: readFileSync(join(certificates.rootDir, 'own/certs/certificate.pem'), 'utf8'),
    async openUp(open) {
      await server.shutdown(0);
      server = await serve(settings, certificates, { port, open });
    },
    async hang(on) {
      if (on) await server.suspendEndPoints();
      else await server.resumeEndPoints();
    },
    async stop() {
      await server.shutdown(0);
      await certificates.dispose();
    },
  };
}

async function serve(
  settings: OpcuaSettings,
  serverCertificateManager: OPCUACertificateManager,
  how: { port: number; open: boolean },
): Promise<OPCUAServer> {
  const server = new OPCUAServer({
    port: how.port,
    hostname: '127.0.0.1',
    serverCertificateManager,
    serverInfo: { applicationUri: settings.uri, productUri: `${settings.uri}:product` },
    buildInfo: {
      manufacturerName: settings.manufacturer,
      productName: settings.product,
      softwareVersion: settings.version,
      buildNumber: '1',
      buildDate: new Date('2026-05-04T00:00:00Z'),
    },
    securityModes: how.open
      ? [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt]
      : [MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: how.open
      ? [SecurityPolicy.None, SecurityPolicy.Basic256Sha256]
      : [SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss],
    allowAnonymous: how.open,
    userManager: { isValidUser: (user: string, password: string) => settings.users[user] === password },
  });
  await server.start();
  return server;
}

function portOf(server: OPCUAServer): number {
  const port = server.endpoints[0]?.port;
  if (port === undefined) throw new Error('the OPC UA server has no endpoint');
  return port;
}
