import { describe, expect, it } from 'vitest';
import { proposeInventory } from '../../../server/plant/inventory-proposal.ts';
import { loadFactImports } from '../../../server/plant/load-imports.ts';
import { load, plantFolder, problemsOf, told } from './plant-folder.ts';

const folder = plantFolder();
const plantText = `plimsoll: 1
site: {id: north, timeZone: Europe/Berlin}
systems:
  - id: line
    assets:
      - {id: plc-1, kind: plc, vendor: Acme, model: X1, formerly: [old-plc]}
      - {id: hmi-1, kind: hmi}
`;

function imported(name: string, text: string, source = 'cmdb') {
  const file = folder.write({ 'plant.yaml': plantText, [name]: text });
  return loadFactImports(load(file), [{ file: `${folder.path}/${name}`, source }]);
}

function faults(name: string, text: string, source = 'cmdb'): string[] {
  return told(problemsOf(() => imported(name, text, source)));
}

describe('an import of facts', () => {
  it('types each cell by the vocabulary and groups what one subject says at one instant', () => {
    const text = [
      'asset,system,fact,value,observedAt,instance,key',
      'plc-1,,asset.exposed,false,2026-11-01T10:00:00+01:00,,',
      'old-plc,,firmware.version,2.10,2026-11-01T09:00:00Z,,',
      'plc-1,,service.declared,,2026-11-01T09:00:00Z,tcp/502,',
      'plc-1,,service.declared,502,2026-11-01T09:00:00Z,tcp/502,port',
      'plc-1,,service.declared,true,2026-11-01T09:00:00Z,tcp/502,cleartext',
      'plc-1,,device.capabilities,tls; logging,2026-11-02,,',
      ',line,asset.inventory.reviewedAt,2026-10-01,2026-11-02,,',
    ].join('\n');
    // cmdb may not say what asset.exposed is.
    expect(faults('a.csv', text)).toEqual([
      '2 fact: a fact that cmdb may fill, found "asset.exposed" (sources that may: firewall, exposure)',
    ]);
    const rows = imported('a.csv', text.replace('plc-1,,asset.exposed,false', 'plc-1,,asset.criticality,low'));
    expect(
      rows.map(({ about, observedAt, facts, source, file }) => ({ about, observedAt, facts, source, file })),
    ).toEqual([
      {
        about: { kind: 'asset', id: 'plc-1' },
        observedAt: '2026-11-01T09:00:00.000Z',
        source: 'cmdb',
        file: 'a.csv',
        facts: {
          'asset.criticality': 'low',
          'firmware.version': '2.10',
          'service.declared': [{ id: 'tcp/502', port: 502, cleartext: true }],
        },
      },
      {
        about: { kind: 'asset', id: 'plc-1' },
        observedAt: '2026-11-01T23:00:00.000Z',
        source: 'cmdb',
        file: 'a.csv',
        facts: { 'device.capabilities': ['tls', 'logging'] },
      },
      {
        about: { kind: 'system', id: 'line' },
        observedAt: '2026-11-01T23:00:00.000Z',
        source: 'cmdb',
        file: 'a.csv',
        facts: { 'asset.inventory.reviewedAt': '2026-09-30T22:00:00.000Z' },
      },
    ]);
    expect(rows[0]?.ref).toMatch(/^sha256:[0-9a-f]{64}#2$/);
  });

  it('reads JSON lines with their own types', () => {
    const rows = imported(
      'a.jsonl',
      '{"asset":"plc-1","fact":"service.declared","value":[{"id":"tcp/502","port":502}],"observedAt":"2026-11-01T09:00:00Z"}\n' +
        '{"asset":"plc-1","fact":"device.capabilities","value":[],"observedAt":"2026-11-01T09:00:00Z"}\n',
    );
    expect(rows[0]?.facts).toEqual({ 'service.declared': [{ id: 'tcp/502', port: 502 }], 'device.capabilities': [] });
  });

  it('takes semicolons and a byte order mark, as spreadsheets write them', () => {
    const rows = imported(
      'a.csv',
      '\ufeffasset;fact;value;observedAt\r\nplc-1;asset.owner;"Max; shift A";2026-11-01\r\n',
    );
    expect(rows[0]?.facts).toEqual({ 'asset.owner': 'Max; shift A' });
  });

  it.each([
    [
      'an unknown column',
      'asset,fact,value,observedAt,who\nplc-1,asset.owner,Max,2026-11-01,x',
      '1 who: one of asset, system, organisation, fact, value, observedAt, instance, key, found "who"',
    ],
    ['a missing column', 'asset,fact,value\nplc-1,asset.owner,Max', '1 observedAt: a column observedAt, found none'],
    [
      'an unknown fact',
      'asset,fact,value,observedAt\nplc-1,asset.ownr,Max,2026-11-01',
      '2 fact: the name of a fact, found "asset.ownr" (did you mean "asset.owner"?)',
    ],
    [
      'an unknown asset',
      'asset,fact,value,observedAt\nplc-2,asset.owner,Max,2026-11-01',
      '2 asset: the id of a known asset, found "plc-2" (did you mean "plc-1"?)',
    ],
    [
      'a value of the wrong type',
      'asset,fact,value,observedAt\nplc-1,asset.criticality,high,2026-11-01',
      '2 value: one of low, normal, critical, found "high"',
    ],
    [
      'no value',
      'asset,fact,value,observedAt\nplc-1,asset.owner,,2026-11-01',
      '2 value: a value (an empty one as JSON line), found nothing',
    ],
    [
      'no instant',
      'asset,fact,value,observedAt\nplc-1,asset.owner,Max,yesterday',
      '2 observedAt: an instant such as 2026-11-23T10:00:00Z, or a date, found "yesterday"',
    ],
    [
      'two subjects',
      'asset,system,fact,value,observedAt\nplc-1,line,asset.owner,Max,2026-11-01',
      '2 asset: exactly one of asset, system, organisation, found asset and system',
    ],
    [
      'a subject of another kind',
      'system,fact,value,observedAt\nline,asset.owner,Max,2026-11-01',
      '2 system: a value in column asset: asset.owner is about that, found "line"',
    ],
    [
      'two values for one thing',
      'asset,fact,value,observedAt\nplc-1,asset.owner,Max,2026-11-01\nplc-1,asset.owner,Ada,2026-11-01',
      '3 value: one value per subject, fact and instant, found another one',
    ],
    [
      'an instance of what is no register',
      'asset,fact,value,observedAt,instance\nplc-1,asset.owner,Max,2026-11-01,x',
      '2 instance: no instance and key: asset.owner is no register, found "x"',
    ],
    [
      'an unknown key',
      'asset,fact,value,observedAt,instance,key\nplc-1,service.declared,1,2026-11-01,tcp/1,prt',
      '2 key: one of the keys port, transport, protocol, cleartext, crossesZone, found "prt"',
    ],
    [
      'too many cells',
      'asset,fact,value,observedAt\nplc-1,asset.owner,Max,2026-11-01,x',
      '2 : 4 cells, found 5 (put quotes round a cell that holds the separator)',
    ],
    [
      'an open quote',
      'asset,fact,value,observedAt\nplc-1,asset.owner,"Max,2026-11-01',
      '2 : comma separated values, found a quote that is never closed',
    ],
    ['nothing in it', '', '1 : a line of headings, found an empty file'],
  ])('is refused with %s', (_what, text, expected) => {
    expect(faults('a.csv', text)).toEqual([expected]);
  });

  it('counts an equal row once', () => {
    const row = 'plc-1,asset.owner,Max,2026-11-01\n';
    expect(imported('a.csv', `asset,fact,value,observedAt\n${row}${row}`)).toHaveLength(1);
  });

  it('is refused from a source that is none', () => {
    expect(faults('a.csv', 'asset\n', 'siam')[0]).toMatch(/a source: one of .*did you mean "siem"/);
  });

  it('is refused with a line that is no JSON object', () => {
    expect(faults('a.jsonl', '[1]\n{\n')).toEqual([
      '1 : one JSON object, found JSON of another kind',
      '2 : one JSON object, found no JSON',
    ]);
  });
});

describe('an inventory table', () => {
  const csv = 'Tag;Typ;Hersteller;Hot;FW\nPLC 1;plc;Acme;yes;2.1\nPumpe 7;drive;;no;\n';
  const columns = '{id: Tag, kind: Typ, vendor: Hersteller, exposed: Hot, firmware: FW}';

  it('brings assets into the plant file, and the list says the last word', () => {
    const file = folder.write({
      'plant.yaml': `plimsoll: 1\nsite: {id: n}\nsystems:\n  - id: line\n    assets:\n      - {from: inv.csv, columns: ${columns}}\n      - {id: plc-1, vendor: Other, zone: cell}\n`,
      'inv.csv': csv,
    });
    const plant = load(file);
    expect(plant.companions).toEqual([`${folder.path}/inv.csv`]);
    expect(
      plant.assets.map(({ id, name, kind, vendor, zone, exposed, stated }) => ({
        id,
        name,
        kind,
        vendor,
        zone,
        exposed,
        stated,
      })),
    ).toEqual([
      {
        id: 'plc-1',
        name: 'PLC 1',
        kind: 'plc',
        vendor: 'Other',
        zone: 'cell',
        exposed: true,
        stated: { 'firmware.version': '2.1' },
      },
      { id: 'pumpe-7', name: 'Pumpe 7', kind: 'drive', vendor: undefined, zone: 'unzoned', exposed: false, stated: {} },
    ]);
  });

  it('tells what is wrong with the line of the table', () => {
    const file = folder.write({
      'plant.yaml': 'plimsoll: 1\nsite: {id: n}\nsystems: [{id: line, assets: {from: inv.csv}}]\n',
      'inv.csv': 'id,kind,exposed,maxTier\na,plc,maybe,T2\nb,pcl,yes,T9\na,plc,no,T1\n',
    });
    const found = told(problemsOf(() => load(file)));
    expect(found).toEqual([
      '2 exposed: true or false, found "maybe"',
      expect.stringMatching(/^3 kind: one of plc, .*found "pcl"/),
      '3 maxTier: one of T0, T1, T2, T3, T4, found "T9"',
      expect.stringMatching(/^4 id: each asset id once, found "a" again/),
    ]);
  });

  it('names the columns that it does not know', () => {
    const file = folder.write({
      'plant.yaml':
        'plimsoll: 1\nsite: {id: n}\nsystems: [{id: line, assets: {from: inv.csv, columns: {id: Tag, kindd: Typ}}}]\n',
      'inv.csv': 'Tagg,Typ\n',
    });
    expect(told(problemsOf(() => load(file)))).toEqual([
      '1 id: the heading "Tag", found "Tagg", "Typ" (did you mean "Tagg"?)',
      expect.stringMatching(/^1 kindd: a column of id, name, .*found "kindd" \(did you mean "kind"\?\)$/),
      '1 id: a column for id, found none',
    ]);
  });

  it('proposes what it would add or change, and writes nothing', () => {
    const file = folder.write({
      'plant.yaml': plantText,
      'inv.csv': 'id,kind,vendor\nplc-1,plc,Other\nNew One,meter,Acme\n',
    });
    const proposal = proposeInventory(load(file), `${folder.path}/inv.csv`);
    expect(proposal).toEqual({
      add: [{ id: 'new-one', fields: { id: 'new-one', kind: 'meter', vendor: 'Acme', name: 'New One' }, line: 3 }],
      change: [{ id: 'plc-1', field: 'vendor', from: 'Acme', to: 'Other', line: 2 }],
      unchanged: 0,
      missing: ['hmi-1'],
      yaml: '- id: new-one\n  kind: meter\n  vendor: Acme\n  name: New One\n',
    });
  });
});
