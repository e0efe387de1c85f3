/** Every suite of an endpoint, held against what nmap finds at the same one. */
import { expect, it } from 'vitest';
import { askEverySuite } from '../../../collectors/channel/suite-census.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { runCollector } from '../../support/bare-look.ts';
import { issue } from '../../support/certificates.ts';
import { startGnutls } from '../../support/gnutls.ts';
import { startNginx } from '../../support/nginx.ts';
import { nmapScript } from '../../support/nmap.ts';
import { describeWith } from '../../support/program.ts';
import { told } from '../proof-suite.ts';

const found = collectorOf('tls');
if (found === undefined) throw new Error('tls is not on the list');
const entry = found;

async function ours(port: number) {
  const result = await runCollector(entry, `tls://127.0.0.1:${port}`, { options: { suites: 'all' } });
  expect(result.outcome, told(result)).toBe('observed');
  expect(result.leftOpen).toEqual([]);
  return result;
}

/** Names, once each. nmap has its own word for the suites of TLS 1.3. */
async function theirs(port: number): Promise<string[]> {
  const printed = await nmapScript('ssl-enum-ciphers', port);
  const names = [...printed.matchAll(/^\|\s+(TLS_\w+)/gm)].map(([, name = '']) => name.replace('_AKE_WITH', ''));
  return [...new Set(names)].sort();
}

describeWith(['nginx', 'nmap'], 'every suite of an endpoint', () => {
  it('is what nmap finds, over all versions of a server that still speaks the oldest', async () => {
    const issued = await issue({ ip: ['127.0.0.1'], key: 'rsa-2048' });
    const nginx = await startNginx({ old: { issued, protocols: 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3' } });
    try {
      const result = await ours(nginx.ports.old);
      const accepted = result.facts['tls.cipher.accepted'] ?? [];
      expect(accepted).toEqual(await theirs(nginx.ports.old));
      expect(accepted.length).toBeGreaterThan(10);
      expect(result.facts['tls.version.min']).toBe('1.0');
      expect(result.basis['channel.encryption']).toBe('authoritative');
      expect(result.transcript.join('\n')).toContain('every suite of the registry was offered: yes');
    } finally {
      await nginx.stop();
    }
  });
});

describeWith(['gnutls-serv', 'nmap'], 'every suite of a gnutls-serv', () => {
  it('holds those that do not encrypt and those without any certificate', async () => {
    const server = await startGnutls({
      priority: 'NORMAL:-VERS-ALL:+VERS-TLS1.2:+NULL:+RSA:+SHA1:+SHA256:+ANON-ECDH',
      args: [],
      issued: await issue({ ip: ['127.0.0.1'], key: 'rsa-2048' }),
    });
    try {
      const { facts } = await ours(server.port);
      expect(facts['tls.cipher.accepted']).toEqual(await theirs(server.port));
      expect(facts['channel.encryption']).toBe('signed');
    } finally {
      await server.stop();
    }
  });
});

it('is not called complete when the server hangs up instead of refusing, or connections run out', async () => {
  const nothing = { chain: [], certificateRequested: false, done: true } as const;
  const seen = new Set<number>();
  expect(await askEverySuite(async () => nothing, '1.2', seen)).toBe(false);
  expect(await askEverySuite(async () => undefined, '1.2', seen)).toBe(false);
  const refused = { ...nothing, alert: { fatal: true, code: 40 } };
  expect(await askEverySuite(async () => refused, '1.2', seen)).toBe(true);
});

it('ends at a server that chooses what was not offered', async () => {
  let asked = 0;
  const stubborn = async () => {
    asked += 1;
    return { version: '1.2', suite: 0xfafa, chain: [], certificateRequested: false, done: true } as const;
  };
  expect(await askEverySuite(stubborn, '1.2', new Set())).toBe(false);
  expect(asked).toBeLessThan(20);
});
