/** One nginx with any number of TLS servers, each on a port of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Issued, writeIssued } from './certificates.ts';
import { accepts, freePort, type Running, startProgram, temporaryFolder } from './program.ts';

export interface NginxServer {
  readonly issued: Issued | readonly Issued[];
  /** Default `TLSv1.2 TLSv1.3`. */
  readonly protocols?: string;
  readonly ciphers?: string;
  readonly clientCertificate?: 'optional' | 'on';
  /** Issuer of clients, PEM. */
  readonly clientIssuer?: string;
  /** Further lines of the server block. */
  readonly lines?: readonly string[];
  /** What stands in its location /; default a page of one word. */
  readonly location?: string;
}

export interface Nginx<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  readonly running: Running;
  stop(): Promise<void>;
}

export async function startNginx<Name extends string>(
  servers: Readonly<Record<Name, NginxServer>>,
): Promise<Nginx<Name>> {
  const folder = temporaryFolder('nginx');
  const ports = {} as Record<Name, number>;
  const blocks: string[] = [];
  for (const name of Object.keys(servers) as Name[]) {
    ports[name] = await freePort();
    blocks.push(serverBlock(folder.path, name, { ...servers[name], port: ports[name] }));
  }
  const configuration = `
    user root; daemon off; worker_processes 1; pid ${folder.path}/nginx.pid; error_log stderr notice;
    events { worker_connections 512; }
    http {
      access_log off;
      client_body_temp_path ${folder.path}/body; proxy_temp_path ${folder.path}/proxy;
      fastcgi_temp_path ${folder.path}/fastcgi; uwsgi_temp_path ${folder.path}/uwsgi; scgi_temp_path ${folder.path}/scgi;
      ${blocks.join('\n')}
    }`;
  writeFileSync(join(folder.path, 'nginx.conf'), configuration);
  const all = Object.values<number>(ports);
  const running = await startProgram(
    'nginx',
    ['-e', 'stderr', '-p', folder.path, '-c', join(folder.path, 'nginx.conf')],
    {
      ready: async () => (await Promise.all(all.map((port) => accepts(port)))).every(Boolean),
    },
  );
  return {
    ports,
    running,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

function serverBlock(folder: string, name: string, server: NginxServer & { port: number }): string {
  const issued = 'certificate' in server.issued ? [server.issued] : server.issued;
  const files = issued.map((one, index) => writeIssued(folder, `${name}-${index}`, one));
  const lines = [
    `listen 127.0.0.1:${server.port} ssl`,
    ...files.flatMap(({ cert, key }) => [`ssl_certificate ${cert}`, `ssl_certificate_key ${key}`]),
    `ssl_protocols ${server.protocols ?? 'TLSv1.2 TLSv1.3'}`,
    `ssl_ciphers "${server.ciphers ?? 'ALL:!aNULL:@SECLEVEL=0'}"`,
    ...(server.lines ?? []),
  ];
  if (server.clientCertificate !== undefined && server.clientIssuer !== undefined) {
    const path = join(folder, `${name}-clients.pem`);
    writeFileSync(path, server.clientIssuer);
    lines.push(`ssl_client_certificate ${path}`, `ssl_verify_client ${server.clientCertificate}`);
  }
  return `server { ${lines.map((line) => `${line};`).join(' ')} location / { ${server.location ?? 'return 200 "here\\n";'} } }`;
}
