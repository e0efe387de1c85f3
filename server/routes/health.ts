import { healthSchema } from '../contract/api.ts';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';

export function healthRoutes(routes: Routes, running: Running): void {
  const health = { summary: 'Health', tags: ['health'], response: { 200: healthSchema, 503: healthSchema } };
  routes.get('/healthz', { schema: health }, async () => ({ status: 'ok' as const, version: running.version }));
  routes.get('/readyz', { schema: health }, async (_request, reply) => {
    const ready = await running.ready();
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ok' : 'failing', version: running.version });
  });
  routes.get('/metrics', { schema: { summary: 'Prometheus metrics', tags: ['health'] } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await running.metrics()),
  );
}
