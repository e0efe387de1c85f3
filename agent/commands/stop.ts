import { UserError } from './end.ts';
import { say } from './print.ts';

export async function stop(options: { port: number; by: string; resume?: boolean }): Promise<number> {
  const method = options.resume ? 'DELETE' : 'POST';
  const response = await ask(options.port, '/api/v1/stop', { method, body: { by: options.by } });
  if (!response.ok)
    throw new UserError(`the server on port ${options.port} answered ${response.status}: ${await response.text()}`);
  say(
    options.resume ? 'Probes may run again.' : 'All probes are stopped. Nothing runs until "plimsoll stop --resume".',
  );
  return 0;
}

/** A request to the server on this machine. */
export async function ask(port: number, path: string, what: { method: string; body?: object }): Promise<Response> {
  try {
    return await fetch(`http://127.0.0.1:${port}${path}`, {
      method: what.method,
      ...(what.body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(what.body) }),
    });
  } catch {
    throw new UserError(`expected a running server on 127.0.0.1:${port}, found none. Give its port with --port.`);
  }
}
