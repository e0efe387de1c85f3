import { z } from 'zod';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';

export function liveRoutes(routes: Routes, { live }: Running): void {
  routes.get(
    '/events',
    {
      schema: {
        summary: 'Server-sent events for every open page: scans, assessments, stops, decisions',
        tags: ['live'],
      },
    },
    (_request, reply) => {
      reply.hijack();
      live.stream(reply.raw);
    },
  );
  routes.get(
    '/scans/:scan/events',
    { schema: { summary: 'Server-sent events of one scan', tags: ['live'], params: z.object({ scan: z.string() }) } },
    (request, reply) => {
      reply.hijack();
      live.stream(reply.raw, request.params.scan);
    },
  );
}
