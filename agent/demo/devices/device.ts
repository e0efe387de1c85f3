/** A device of the demo plant: a real protocol server on loopback. */
export interface Device {
  readonly port: number;
  stop(): Promise<void>;
}

export function listening(server: {
  listen(port: number, host: string, done: () => void): unknown;
  once(event: 'error', done: (error: Error) => void): unknown;
  address(): unknown;
}): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null && 'port' in address && typeof address.port === 'number') {
        resolve(address.port);
      } else reject(new Error('the server has no port'));
    });
  });
}
