/** The HTTP server: API, its description, live events, health, and the dashboard's files. Loopback only until sign-in exists. */
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import compress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Problem } from './contract/api.ts';
import { BadInput } from './contract/problem.ts';
import { Refusal } from './refusal.ts';
import { adviceRoutes } from './routes/advice.ts';
import { demoRoutes } from './routes/demo.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { healthRoutes } from './routes/health.ts';
import { knowledgeRoutes } from './routes/knowledge.ts';
import { liveRoutes } from './routes/live.ts';
import { practiceRoutes } from './routes/practices.ts';
import { questionRoutes } from './routes/questions.ts';
import { scanRoutes } from './routes/scans.ts';
import { stopRoutes } from './routes/stop.ts';
import { systemRoutes } from './routes/systems.ts';
import { zoneRoutes } from './routes/zones.ts';
import type { Running } from './running.ts';

// The dashboard brings everything with it: nothing may come from, or go, elsewhere.
const headers = {
  'content-security-policy':
    "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

export async function buildApp(running: Running, options: { dashboard?: string } = {}): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: running.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', refuseForeignHosts);
  // An act without a body is one with no words to it: `curl -X POST .../scans` works.
  app.addHook('preValidation', async (request) => {
    request.body ??= {};
  });
  app.addHook('onSend', async (request, reply) => {
    reply.headers(headers);
    // The browsable description styles itself inline.
    if (request.url.startsWith('/api/docs')) {
      reply.header(
        'content-security-policy',
        headers['content-security-policy'].replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
      );
    }
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemFrom(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
    return reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
  await app.register(compress, { global: true, encodings: ['br', 'gzip'] });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Plimsoll',
        version: running.version,
        description: 'Continuous assessment against the IoT Security Maturity Model.',
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/api/docs' });

  const typed = app.withTypeProvider<ZodTypeProvider>();
  await typed.register(
    async (api) => {
      const routes = api.withTypeProvider<ZodTypeProvider>();
      systemRoutes(routes, running);
      practiceRoutes(routes, running);
      adviceRoutes(routes, running);
      questionRoutes(routes, running);
      scanRoutes(routes, running);
      evidenceRoutes(routes, running);
      knowledgeRoutes(routes, running);
      liveRoutes(routes, running);
      stopRoutes(routes, running);
      zoneRoutes(routes, running);
      demoRoutes(routes, running);
    },
    { prefix: '/api/v1' },
  );
  healthRoutes(typed, running);
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());

  if (options.dashboard !== undefined && existsSync(join(options.dashboard, 'index.html'))) {
    await app.register(fastifyStatic, {
      root: options.dashboard,
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('cache-control', cacheControlOf(path));
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !/^\/(api|assets)\//.test(request.url);
    const page = isPage && options.dashboard !== undefined;
    if (page) return reply.sendFile('index.html');
    const problem: Problem = {
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: `nothing answers ${request.method} ${request.url.slice(0, 200)}`,
    };
    return reply.status(404).type('application/problem+json').send(JSON.stringify(problem));
  });
  return app;
}

/** A built file has its content's hash in its name; the page that names it is asked for each time. */
function cacheControlOf(path: string): string {
  return path.split(sep).at(-2) === 'assets' ? 'public, max-age=31536000, immutable' : 'no-cache';
}

// A page elsewhere that points its own name at this machine (DNS rebinding) must not reach the API, and no foreign
// origin may send acts to it.
async function refuseForeignHosts(request: {
  headers: Record<string, string | string[] | undefined>;
  method: string;
}): Promise<void> {
  const host = String(request.headers.host ?? '').replace(/:\d+$/, '');
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
    throw new Refusal(403, 'Loopback only', 'expected the host to be localhost or 127.0.0.1: there is no sign-in yet');
  }
  const origin = request.headers.origin;
  if (request.method !== 'GET' && typeof origin === 'string' && URL.parse(origin)?.host !== request.headers.host) {
    throw new Refusal(403, 'Foreign origin', 'expected acts to come from the dashboard of this server');
  }
}

function problemFrom(error: unknown): Problem {
  if (error instanceof Refusal)
    return { type: 'about:blank', title: error.title, status: error.status, detail: error.message };
  if (error instanceof BadInput) {
    return {
      type: 'about:blank',
      title: 'Bad input',
      status: 422,
      detail: `${error.problems.length} problems`,
      errors: error.problems.map(({ file, line, path, expected, found }) => ({ file, line, path, expected, found })),
    };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    return {
      type: 'about:blank',
      title: 'Bad request',
      status: 400,
      errors: error.validation.map((each) => ({
        file: error.validationContext ?? 'request',
        line: 0,
        path: each.instancePath,
        expected: each.message ?? '',
        found: '',
      })),
    };
  }
  if (isResponseSerializationError(error))
    return {
      type: 'about:blank',
      title: 'A fault of ours',
      status: 500,
      detail: 'the answer does not fit its contract',
    };
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  return {
    type: 'about:blank',
    title: status >= 500 ? 'A fault of ours' : 'Bad request',
    status,
    ...(status < 500 && error instanceof Error ? { detail: error.message } : {}),
  };
}
