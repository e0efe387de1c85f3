import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectors } from '../../collectors/registry.ts';
import { repositoryFiles } from './files.ts';

const root = new URL('../..', import.meta.url).pathname;
const sources = repositoryFiles()
  .filter((path) => path.startsWith('collectors/') && path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));

/** Every place at which bytes of ours go to a socket, and how many there are in the file. */
const senders: Readonly<Record<string, number>> = {
  'collectors/bacnet/collect.ts': 1,
  'collectors/channel/ask.ts': 1,
  'collectors/channel/handshake.ts': 1,
  'collectors/channel/peer.ts': 1,
  'collectors/channel/prober.ts': 1,
  'collectors/snmp/discover.ts': 1,
  'collectors/snmp/session.ts': 1,
  'collectors/ssh/greeting.ts': 1,
  'collectors/tls/http.ts': 1,
};

describe('bytes of collectors', () => {
  it('SAF-04: leave in the listed files only', () => {
    const found = sources.flatMap(({ path, text }) => {
      const count = [...text.matchAll(/\.\s*(write|send|sendto|_write|writev)\s*\(/g)].length;
      return count === 0 ? [] : [[path, count] as const];
    });
    expect(Object.fromEntries(found)).toEqual(senders);
  });

  it('SAF-04: are never what somebody wrote into a plant file: no option takes bytes, hexadecimal or a message', () => {
    // `mostBytes` of the reader of captures is a number, and that one sends nothing.
    const names = collectors.flatMap(({ manifest }) =>
      [...JSON.stringify(z.toJSONSchema(manifest.options, { io: 'input' })).matchAll(/"(\w+)":\{/g)].map(
        ([, name]) => `${manifest.id}.${name}`,
      ),
    );
    expect(names.length).toBeGreaterThan(20);
    expect(
      names.filter(
        (name) =>
          name !== 'passive.mostBytes' &&
          /\.(\w*(payload|bytes|hex|raw|frame|packet|message|pdu|template))$/i.test(name),
      ),
    ).toEqual([]);
  });

  it('SAF-31: hold no list of guesses: no well-known secret but the read community, which a consent covers', () => {
    // In `keys.ts` the word is a kind of key of ours.
    const wellKnown =
      /['"`](1234|12345|123456|passwd|changeme|toor|letmein|guest|private|cisco|calvin|default-password|pass1234|admin123)['"`]/i;
    expect(
      sources
        .filter(({ path, text }) => path !== 'collectors/evidence/keys.ts' && wellKnown.test(text))
        .map(({ path }) => path),
    ).toEqual([]);
    expect(
      sources
        .filter(({ path, text }) => /wordlist|dictionary|bruteforce|rockyou/i.test(`${path} ${text}`))
        .map(({ path }) => path),
    ).toEqual([]);
    const community = sources.filter(({ text }) => /['"`]public['"`]/.test(text)).map(({ path }) => path);
    // The broker's reads a document in which that word is the maker's password, the keys' names a kind of key: neither sends.
    expect([...new Set(community.map((path) => (path.startsWith('collectors/snmp/') ? 'snmp' : path)))].sort()).toEqual(
      ['collectors/evidence/keys.ts', 'collectors/mqtt/emqx-configuration.ts', 'snmp'],
    );
  });
});
