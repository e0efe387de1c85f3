/** HTTPS front of a gateway, server or panel: asks everybody to log in. */
import { createServer } from 'node:https';
import type { SecureContextOptions, SecureVersion } from 'node:tls';
import type { KeyPair } from '../certificates.ts';
import { type Device, listening } from './device.ts';

export interface Web extends Device {
  /** Lowest version that it accepts from now on. */
  accept(minVersion: SecureVersion): void;
  /** Puts another certificate in place. */
  present(pair: KeyPair): void;
}

export async function startWeb(settings: { pair: KeyPair; title: string; server: string }): Promise<Web> {
  let pair = settings.pair;
  let minVersion: SecureVersion = 'TLSv1.2';
  function context(): SecureContextOptions {
    const old = minVersion === 'TLSv1' || minVersion === 'TLSv1.1';
    return {
      cert: pair.certificate,
      key: pair.key,
      minVersion,
      maxVersion: 'TLSv1.3',
      // OpenSSL offers the old versions only at security level 0.
      ...(old ? { ciphers: 'ALL:@SECLEVEL=0' } : { ciphers: 'ECDHE+AESGCM:ECDHE+CHACHA20' }),
    };
  }
  const server = createServer(context(), (_request, response) => {
    response.writeHead(401, {
      'www-authenticate': `Basic realm="${settings.title}"`,
      'strict-transport-security': 'max-age=31536000',
      server: settings.server,
      connection: 'close',
    });
    response.end('Log in\n');
  });
  const port = await listening(server);
  return {
    port,
    accept(version) {
      minVersion = version;
      server.setSecureContext(context());
    },
    present(next) {
      pair = next;
      server.setSecureContext(context());
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
