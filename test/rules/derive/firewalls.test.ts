import { describe, expect, it } from 'vitest';
import { type FactName, type FactsDraft, mayFill, problemWith } from '../../../collectors/contract/vocabulary.ts';
import { derive } from '../../../rules/derive/derive.ts';
import type { Evidence, NetworkView } from '../../../rules/engine/input.ts';
import { ago, asset, inputOf, seen } from '../engine/support.ts';

type Pass = NonNullable<FactsDraft['firewall.passes']>[number];

/** `10.4.0.0/24>10.3.0.7 tcp/502`, `office>cell-3 any/*`; a question mark at the end: not certain. */
function passFrom(text: string, index: number): Pass {
  const [, from = '', to = '', transport = '', ports = '', unsure] = /^(.*)>(.*) (\w+)\/([^?]*)(\?)?$/.exec(text) ?? [];
  const side = (words: string) => words.split(',').filter((word) => word !== '*');
  const networks = (words: string) => side(words).filter((word) => /[.:]/.test(word));
  const zones = (words: string) => side(words).filter((word) => !/[.:]/.test(word));
  return {
    ...{ id: `r${index}`, from: networks(from), to: networks(to), fromZones: zones(from), toZones: zones(to) },
    ...{ transport: transport as 'tcp', ports: side(ports), certain: unsure === undefined, logs: false },
  };
}

function rules(
  passes: readonly string[],
  guards: readonly string[],
  more: { at?: string; open?: number } = {},
): Evidence {
  const { at = 'fw', open = 0 } = more;
  const facts = { 'firewall.passes': passes.map(passFrom), 'firewall.guards': guards, 'firewall.open.count': open };
  return seen(at, facts, { source: 'passive', channel: `${at}/rules` });
}

const network: NetworkView = {
  zones: [
    { id: 'cell-3', networks: ['10.3.0.0/24'] },
    { id: 'dmz', networks: ['10.9.0.0/24'] },
    { id: 'office', networks: ['10.4.0.0/24'] },
    { id: 'internet', networks: [] },
  ],
  stations: [
    { asset: 'plc-7', zone: 'cell-3', marks: ['10.3.0.7'] },
    { asset: 'hmi-1', zone: 'cell-3', marks: ['10.3.0.8'] },
  ],
  conduits: [{ id: 'cell-3-dmz', from: 'dmz', to: 'cell-3' }],
};

const services = (...ports: number[]) =>
  seen(
    'plc-7',
    { 'service.declared': ports.map((port) => ({ id: `tcp/${port}`, transport: 'tcp' as const, port })) },
    { source: 'inventory', channel: 'inventory', kind: 'stated' },
  );

function derived(evidence: readonly Evidence[], of: string, view: NetworkView = network): FactsDraft {
  const assets = [
    asset('fw', { zone: 'dmz', kind: 'firewall', criticality: 'normal' }),
    asset('fw-2', { zone: 'dmz', kind: 'firewall', criticality: 'normal' }),
    asset('plc-7', { zone: 'cell-3', kind: 'plc' }),
    asset('hmi-1', { zone: 'cell-3', kind: 'hmi', criticality: 'normal' }),
  ];
  const all = derive(inputOf({ assets, evidence, system: { network: view, zones: view.zones } }), {});
  const own = all.filter(
    ({ about, channel }) =>
      (about.kind === 'system' ? 'system' : about.id) === of && channel.startsWith('derived:firewall'),
  );
  for (const { facts, source } of own) {
    for (const [name, value] of Object.entries(facts)) {
      expect([name, mayFill(source, name as FactName), problemWith(name as FactName, value)]).toEqual([
        name,
        true,
        undefined,
      ]);
    }
  }
  return Object.assign({}, ...own.map(({ facts }) => facts));
}

const reach = (evidence: readonly Evidence[], of = 'plc-7') => derived(evidence, of)['network.reachableFrom'];
const measured = (evidence: readonly Evidence[], view?: NetworkView) =>
  derived(evidence, 'system', view)['conduit.register']?.map((each) => each.measured)[0];
const undeclared = (evidence: readonly Evidence[]) => derived(evidence, 'system')['conduit.unexpectedToCritical.count'];

describe('zones that rules let through to an asset', () => {
  it.each<[string, string[], string[] | undefined]>([
    ['one by its network', ['10.9.0.0/24>10.3.0.7 tcp/502'], ['dmz']],
    ['one by its interface', ['office>cell-3 any/*'], ['office']],
    ['everybody, where no source is named', ['*>10.3.0.0/24 tcp/502'], ['dmz', 'internet', 'office']],
    ['none, where nothing is let through', [], []],
    ['none, where only the neighbour is reached', ['10.9.0.0/24>10.3.0.8 tcp/80'], []],
    ['none, where only the way out is open', ['10.3.0.0/24>10.9.0.0/24 tcp/443'], []],
    ['nobody knows, where the only rule is not certain', ['10.9.0.0/24>10.3.0.7 tcp/502?'], undefined],
    [
      'nobody knows of a zone without networks, where foreign addresses are let in',
      ['198.51.100.0/24>10.3.0.7 tcp/502'],
      undefined,
    ],
  ])('are %s', (_name, passes, expected) => {
    expect(reach([rules(passes, ['cell-3'])])).toEqual(expected);
  });

  it('are said only of zones that the device guards, and of rule sets that were followed to their end', () => {
    expect(reach([rules(['10.9.0.0/24>10.3.0.7 tcp/502'], [])])).toBeUndefined();
    expect(reach([rules(['10.9.0.0/24>10.3.0.7 tcp/502'], ['office'])])).toBeUndefined();
    expect(reach([rules([], ['cell-3'], { open: 1 })])).toBeUndefined();
    expect(reach([rules([], ['cell-3'])], 'fw')).toBeUndefined();
  });

  it('must pass every device that guards', () => {
    const one = rules(['*>* any/*'], ['cell-3']);
    expect(reach([one, rules(['10.9.0.0/24>* any/*'], ['cell-3'], { at: 'fw-2' })])).toEqual(['dmz']);
    expect(reach([one, rules(['10.9.0.0/24>* any/*?'], ['cell-3'], { at: 'fw-2' })])).toBeUndefined();
  });
});

describe('conduits measured by rules', () => {
  it.each<[string, string[], string | undefined]>([
    ['as declared', ['10.9.0.0/24>10.3.0.7 tcp/502', '10.9.0.0/24>10.3.0.0/24 icmp/*'], 'asDeclared'],
    ['more: a port that is no declared service', ['10.9.0.0/24>10.3.0.7 tcp/502,23'], 'more'],
    ['more: a whole network', ['10.9.0.0/24>10.3.0.0/24 tcp/502'], 'more'],
    ['more: every port', ['dmz>cell-3 any/*'], 'more'],
    ['more: the way back too', ['10.9.0.0/24>10.3.0.7 tcp/502', '10.3.0.0/24>10.9.0.0/24 tcp/80'], 'more'],
    ['less: nothing gets through', [], 'less'],
    ['open: not certain', ['10.9.0.0/24>10.3.0.7 tcp/502?'], undefined],
    ['open: an asset whose services nobody declared', ['10.9.0.0/24>10.3.0.8 tcp/80'], undefined],
  ])('are %s', (_name, passes, expected) => {
    expect(measured([services(502, 4840), rules(passes, ['cell-3'])])).toBe(expected);
  });

  it('are open where no device guards either end, or the conduit has no id', () => {
    expect(measured([services(502), rules([], ['office'])])).toBeUndefined();
    expect(
      measured([services(502), rules([], ['cell-3'])], { ...network, conduits: [{ from: 'dmz', to: 'cell-3' }] }),
    ).toBeUndefined();
  });
});

describe('undeclared ways to critical assets', () => {
  it('are counted by pairs of zones, and are none where the rules guard all of them', () => {
    expect(undeclared([rules(['office>cell-3 tcp/502', '10.4.0.0/24>10.3.0.7 tcp/80'], ['cell-3'])])).toBe(1);
    expect(undeclared([rules(['10.9.0.0/24>10.3.0.7 tcp/502'], ['cell-3'])])).toBe(0);
    expect(undeclared([rules([], ['office'])])).toBeUndefined();
    expect(undeclared([rules(['office>cell-3 any/*?'], ['cell-3'])])).toBeUndefined();
    expect(undeclared([rules(['office>cell-3 any/*', '*>cell-3 any/*?'], ['cell-3'])])).toBe(1);
  });

  it('that were seen count, whatever the rules say', () => {
    const flows = [
      {
        id: 'f',
        from: '10.4.0.9',
        to: '10.3.0.7',
        transport: 'tcp' as const,
        port: 502,
        answered: true,
        tunnelled: false,
      },
    ];
    const sight: FactsDraft = {
      ...{ 'sight.format': 'zeek', 'sight.zones': ['cell-3'], 'sight.from': ago(2), 'sight.until': ago(1) },
      ...{
        'sight.dropped.count': 0,
        'sight.flowsDropped.count': 0,
        'sight.hosts': [{ id: '10.3.0.7', address: '10.3.0.7', local: false }],
      },
      'sight.flows': flows,
    };
    expect(undeclared([rules([], ['cell-3']), seen('fw', sight, { source: 'passive', channel: 'fw/zeek' })])).toBe(1);
  });
});
