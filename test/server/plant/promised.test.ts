import { describe, expect, it } from 'vitest';
import { collectors } from '../../../collectors/registry.ts';
import { loadPlant } from '../../../server/plant/load-plant.ts';
import type { Seen } from '../../../server/plant/observation-lines.ts';
import { withPromises } from '../../../server/plant/promised.ts';
import { now, plantFolder } from './plant-folder.ts';

const manifests = collectors.map(({ manifest }) => manifest);
const file = plantFolder().write({
  'plant.yaml':
    'plimsoll: 1\nsite: {id: n}\nsystems: [{id: s, assets: [{id: b, kind: broker, probes: [{collector: tls, url: "tls://h"}]}]}]\n',
});
const plant = loadPlant(file, { now, collectors: manifests });
const silent: Seen = {
  system: 's',
  asset: 'b',
  probe: 'tls',
  collector: 'tls',
  observedAt: '2026-11-22T10:00:00.000Z',
  outcome: 'timedOut',
  facts: {},
  unseen: {},
  basis: {},
  volatile: {},
  digest: 'sha256:1',
};

describe('a look in vain', () => {
  it('names every promised fact as unseen, with the reason why it ended', () => {
    const [line] = withPromises([silent], plant, manifests);
    expect(line?.unseen).toMatchObject({ 'tls.version.min': 'timedOut', 'tls.certificates': 'timedOut' });
    expect(line?.facts).toEqual({});
  });

  it('keeps what it saw, and the reasons that it gives itself', () => {
    const told: Seen = {
      ...silent,
      outcome: 'unreachable',
      facts: { 'service.listening': false },
      unseen: { 'tls.version.min': 'unsupported' },
    };
    const [line] = withPromises([told], plant, manifests);
    expect(line?.unseen).toMatchObject({ 'tls.version.min': 'unsupported', 'tls.version.max': 'unreachable' });
    expect(line?.unseen).not.toHaveProperty('service.listening');
  });

  it('says nothing for an observed line, or for a collector that is not installed', () => {
    const lines: Seen[] = [
      { ...silent, outcome: 'observed' },
      { ...silent, collector: 'other' },
    ];
    expect(withPromises(lines, plant, manifests)).toEqual(lines);
  });
});
