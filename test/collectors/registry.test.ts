import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Collector, Look, Manifest } from '../../collectors/contract/collector.ts';
import { collectors, register } from '../../collectors/registry.ts';

const root = new URL('../../collectors/', import.meta.url);
const notCollectors = ['channel', 'contract', 'evidence'];

describe('the list of collectors', () => {
  it('names exactly the folders that are there', () => {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !notCollectors.includes(entry.name))
      .map((entry) => entry.name);
    expect(collectors.map((entry) => entry.manifest.id).sort()).toEqual(folders.sort());
  });

  it('finds the same few files in every folder', () => {
    for (const { manifest } of collectors) {
      const files = readdirSync(new URL(`${manifest.id}/`, root));
      expect(files, manifest.id).toEqual(
        expect.arrayContaining(['README.md', 'collect.ts', 'facts.ts', 'manifest.ts']),
      );
    }
  });

  /** What a process loads for a program: our files below collectors/, and packages. */
  function loadedBy(program: string): { ours: string[]; packages: string[] } {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const { collectorOf } = await import(${JSON.stringify(new URL('registry.ts', root).href)});
      ${program}
      console.log(JSON.stringify(loaded));`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const loaded = z.array(z.string()).parse(JSON.parse(printed));
    const packages = loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    return {
      ours: loaded.filter((url) => url.startsWith(root.href)).map((url) => url.slice(root.href.length)),
      packages: [...new Set(packages)],
    };
  }

  it('loads no protocol library, no collector and no socket code until a collector is asked for', () => {
    const { ours, packages } = loadedBy('');
    expect(ours).toContain('registry.ts');
    expect(ours.filter((path) => !/^(registry\.ts|contract\/|[a-z-]+\/manifest\.ts$)/.test(path))).toEqual([]);
    expect(packages).toEqual(['zod']);
  });

  it('reads a document without loading what connects', () => {
    const { ours, packages } = loadedBy(`
      const collector = await collectorOf('mqtt').load();
      const target = { scheme: 'file', path: '/not/there.conf' };
      await collector.collect({ scheme: 'file', target, options: {} }, collector.begin()).catch(() => {});`);
    expect(ours).toContain('mqtt/document.ts');
    expect(ours.filter((path) => /connection|handshake|session|broker|prober/.test(path))).toEqual([]);
    expect(packages).toEqual(['zod']);
  });

  it('loads for each id the collector of that id', async () => {
    for (const entry of collectors) expect((await entry.load()).manifest.id).toBe(entry.manifest.id);
  });
});

describe('registering', () => {
  const manifest: Manifest<{ depth: number }> = {
    id: 'probe',
    title: 'Probe',
    version: '1.0.0',
    schemes: ['probe'],
    defaultPort: { probe: 1 },
    options: z.strictObject({ depth: z.int().default(3) }),
    credentials: [],
    tests: [],
    facts: ({ options }) => (options.depth > 3 ? { 'service.listening': 'T2' } : {}),
    requests: ({ options }) => [{ kind: 'probe.ask', max: options.depth }],
    deadlineMs: 1,
  };
  const collector: Collector<{ depth: number }, { seen: number }> = {
    manifest,
    begin: () => ({ seen: 0 }),
    async collect(look, raw) {
      raw.seen = look.options.depth;
    },
    read: (raw) => ({ facts: {}, redacted: [`${raw.seen}`] }),
  };
  const entry = register(manifest, async () => collector);
  const setup = { scheme: 'probe', tier: 'T2', consents: new Set<string>(), options: {} } as const;

  it('hands options over only as the schema parsed them', async () => {
    expect(entry.manifest.requests(setup)).toEqual([{ kind: 'probe.ask', max: 3 }]);
    expect(() => entry.manifest.requests({ ...setup, options: { dpeth: 4 } })).toThrow('dpeth');
    const loaded = await entry.load();
    const raw = loaded.begin();
    await loaded.collect({ ...setup, options: { depth: 7 } } as unknown as Look, raw);
    expect(loaded.read(raw, setup).redacted).toEqual(['7']);
  });

  it('refuses a record that another collector began', async () => {
    const loaded = await entry.load();
    expect(() => loaded.read({ seen: 1 }, setup)).toThrow('not a record that this collector began');
  });
});
