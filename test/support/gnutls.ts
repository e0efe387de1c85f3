/** gnutls-serv: the one TLS server at hand that still does RC4, 3DES, NULL and anonymous suites. */
import { type Issued, writeIssued } from './certificates.ts';
import { accepts, freePort, startProgram, temporaryFolder } from './program.ts';

export interface GnutlsServer {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startGnutls(options: {
  readonly issued?: Issued;
  /** GnuTLS priority string, such as `NORMAL:+VERS-TLS1.0:+ARCFOUR-128`. */
  readonly priority: string;
  readonly args?: readonly string[];
}): Promise<GnutlsServer> {
  const folder = temporaryFolder('gnutls');
  const port = await freePort();
  const files = options.issued === undefined ? undefined : writeIssued(folder.path, 'server', options.issued);
  const args = [
    '--port',
    `${port}`,
    '--quiet',
    '--http',
    '--priority',
    options.priority,
    ...(files === undefined ? [] : ['--x509certfile', files.cert, '--x509keyfile', files.key]),
    ...(options.args ?? []),
  ];
  const running = await startProgram('gnutls-serv', args, { ready: () => accepts(port), cwd: folder.path });
  return {
    port,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}
