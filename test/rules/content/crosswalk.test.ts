import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { citationOf, queryCrosswalk } from '../../../rules/engine/crosswalk.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { loadCrosswalks } from '../../../rules/loader/crosswalk.ts';
import { crosswalkFolder, folderOf, pack, refusedBy } from './shipped.ts';

const crosswalks = loadCrosswalks(crosswalkFolder);

describe('the shipped crosswalks', () => {
  it('reach from all 18 practices into the security programmes, CSF, ISO/IEC 27001 and IISF', () => {
    for (const framework of ['iec-62443-2-1', 'iec-62443-4-1', 'iec-62443-2-4', 'nist-csf-2.0', 'nist-csf-1.1']) {
      const practices = new Set(queryCrosswalk(crosswalks, { framework }).map(({ practice }) => practice));
      expect([...practices].sort(), framework).toEqual([...practiceCodes].sort());
    }
    expect(crosswalks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['iso-iec-27001', 'nist-ir-8259a', 'nist-ir-8425', 'etsi-en-303-645', 'iisf']),
    );
  });

  it('hold every reference of every row, at the practice of that row', () => {
    const lost = pack.rows.flatMap((row) =>
      row.references
        .filter((reference) => {
          const cited = citationOf(crosswalks, reference);
          return cited === undefined || queryCrosswalk(crosswalks, { practice: row.practice, ...cited }).length === 0;
        })
        .map((reference) => `${row.id}: ${reference}`),
    );
    expect(lost).toEqual([]);
  });

  it('call no assignment published that is our own', () => {
    expect(queryCrosswalk(crosswalks, {}).filter(({ status }) => status !== 'ours')).toEqual([]);
  });

  it('spell ids as their framework does', () => {
    const shapes: Record<string, RegExp> = {
      'iec-62443-2-1': /^(ORG|CM|NET|COMP|DATA|USER|EVENT|AVAIL) \d\.\d{1,2}$/,
      'iec-62443-3-2': /^ZCR [1-7]\.\d{1,2}$/,
      'iec-62443-3-3': /^SR [1-7]\.\d{1,2}$|^4\.[2-4]$/,
      'iec-62443-4-1': /^(SM|SR|SD|SVV|DM|SUM|SG)-\d{1,2}$/,
      'iec-62443-4-2': /^(CR|EDR|HDR|NDR) [1-7]\.\d{1,2}$|^CCSC [1-4]$/,
      'iec-62443-2-4': /^SP\.(0[1-9]|1[0-2])$/,
      'nist-csf-2.0': /^(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d{2}$/,
      'nist-csf-1.1': /^(ID|PR|DE|RS|RC)\.[A-Z]{2}-\d{1,2}$/,
      'iso-iec-27001': /^(A\.[5-8]\.\d{1,2}|\d{1,2}(\.\d){0,2})$/,
      'nist-ir-8259a': /^(DI|DC|DP|LA|SU|CSA)$/,
      'nist-ir-8259b': /^(DOC|IQR|DIS|EDU)$/,
      'nist-ir-8425': /^(AI|PC|DP|IAC|SU|CSA|DOC|IQR|DIS|EDU)$/,
      'etsi-en-303-645': /^(5\.\d{1,2}-\d{1,2}|4|6|6\.[1-5])$/,
      iisf: /^(\d{1,2}(\.\d){0,2}|Part II?|Annex B)$/,
    };
    expect(Object.keys(shapes).sort()).toEqual(crosswalks.map(({ id }) => id).sort());
    const odd = queryCrosswalk(crosswalks, {}).filter(({ framework, id }) => shapes[framework]?.test(id) !== true);
    expect(odd).toEqual([]);
  });
});

/** Of each family of ids the numbers that its framework has: `3` for 1 to 3, or the list where there are gaps. */
const families: Readonly<Record<string, Readonly<Record<string, number | readonly number[]>>>> = {
  'iec-62443-2-1': {
    ...{ 'ORG 1.': 6, 'ORG 2.': 4, 'ORG 3.': 1, 'CM 1.': 4, 'NET 1.': 9, 'NET 2.': 3, 'NET 3.': 3, 'COMP 1.': 2 },
    ...{ 'COMP 2.': 3, 'COMP 3.': 5, 'DATA 1.': 7, 'USER 1.': 20, 'USER 2.': 4, 'EVENT 1.': 9, 'AVAIL 1.': 3 },
    'AVAIL 2.': 5,
  },
  'iec-62443-3-2': { 'ZCR 1.': 1, 'ZCR 2.': 1, 'ZCR 3.': 6, 'ZCR 4.': 1, 'ZCR 5.': 13, 'ZCR 6.': 9, 'ZCR 7.': 1 },
  'iec-62443-3-3': { 'SR 1.': 13, 'SR 2.': 12, 'SR 3.': 9, 'SR 4.': 3, 'SR 5.': 4, 'SR 6.': 2, 'SR 7.': 8, '4.': 4 },
  'iec-62443-4-1': { 'SM-': 13, 'SR-': 5, 'SD-': 4, 'SVV-': 5, 'DM-': 6, 'SUM-': 5, 'SG-': 7 },
  'nist-csf-2.0': {
    ...{ 'GV.OC-': 5, 'GV.RM-': 7, 'GV.RR-': 4, 'GV.PO-': 2, 'GV.OV-': 3, 'GV.SC-': 10, 'ID.RA-': 10, 'ID.IM-': 4 },
    ...{
      'ID.AM-': [1, 2, 3, 4, 5, 7, 8],
      'PR.AA-': 6,
      'PR.AT-': 2,
      'PR.DS-': [1, 2, 10, 11],
      'PR.PS-': 6,
      'PR.IR-': 4,
    },
    ...{ 'DE.CM-': [1, 2, 3, 6, 9], 'DE.AE-': [2, 3, 4, 6, 7, 8], 'RS.MA-': 5, 'RS.AN-': [3, 6, 7, 8] },
    ...{ 'RS.CO-': [2, 3], 'RS.MI-': 2, 'RC.RP-': 6, 'RC.CO-': [3, 4] },
  },
  'nist-csf-1.1': {
    ...{ 'ID.AM-': 6, 'ID.BE-': 5, 'ID.GV-': 4, 'ID.RA-': 6, 'ID.RM-': 3, 'ID.SC-': 5, 'PR.AC-': 7, 'PR.AT-': 5 },
    ...{ 'PR.DS-': 8, 'PR.IP-': 12, 'PR.MA-': 2, 'PR.PT-': 5, 'DE.AE-': 5, 'DE.CM-': 8, 'DE.DP-': 5, 'RS.RP-': 1 },
    ...{ 'RS.CO-': 5, 'RS.AN-': 5, 'RS.MI-': 3, 'RS.IM-': 2, 'RC.RP-': 1, 'RC.IM-': 2, 'RC.CO-': 3 },
  },
  'iso-iec-27001': {
    ...{ 'A.5.': 37, 'A.6.': 8, 'A.7.': 14, 'A.8.': 34, '6.1.': 3, '6.': 3, '7.': 5, '8.': 3, '9.': 3, '10.': 2 },
    '': [4, 5, 6, 7, 8, 9, 10],
  },
  'etsi-en-303-645': {
    ...{ '5.1-': 5, '5.2-': 3, '5.3-': 16, '5.4-': 4, '5.5-': 8, '5.6-': 9, '5.7-': 2, '5.8-': 3, '5.9-': 3 },
    ...{ '5.10-': 1, '5.11-': 4, '5.12-': 3, '5.13-': 1, '6.': 5, '': [4, 6] },
  },
};

describe('every id of a shipped crosswalk', () => {
  it.each(Object.entries(families))('exists in %s', (framework, known) => {
    const unknown = queryCrosswalk(crosswalks, { framework })
      .map(({ id }) => id)
      .filter((id) => {
        const [, family = '', number = ''] = /^(.*?)(\d+)$/.exec(id) ?? [];
        const held = known[family];
        const value = Number(number);
        return held === undefined || !(typeof held === 'number' ? value >= 1 && value <= held : held.includes(value));
      });
    expect(unknown).toEqual([]);
  });
});

describe('asking the crosswalks', () => {
  it('goes from a practice to ids', () => {
    const ids = queryCrosswalk(crosswalks, { practice: 'PAT', framework: 'nist-csf-2.0' }).map(({ id }) => id);
    expect(ids).toEqual(['PR.PS-02', 'PR.PS-03', 'ID.RA-06', 'ID.RA-07']);
  });

  it('goes from an id back to practices, by the id of the file or the words it is cited by', () => {
    const byId = queryCrosswalk(crosswalks, { framework: 'iec-62443-3-3', id: 'SR 3.4' });
    expect(byId.map(({ practice }) => practice)).toEqual(['PSC', 'ACM', 'DPI', 'PAT']);
    expect(queryCrosswalk(crosswalks, { framework: 'IEC 62443-3-3', id: 'SR 3.4' })).toEqual(byId);
  });

  it('finds an id letter by letter, never as a beginning', () => {
    expect(queryCrosswalk(crosswalks, { framework: 'iec-62443-3-3', id: 'SR 1' })).toEqual([]);
    expect(queryCrosswalk(crosswalks, { id: 'SR 1.1' })).toHaveLength(1);
  });

  it('keeps what belongs to a whole practice when a level is asked for', () => {
    const [first] = crosswalks;
    if (first === undefined) throw new Error('no crosswalk');
    const levelled = {
      ...first,
      entries: [
        { practice: 'ACC', ids: ['whole'], status: 'ours' },
        { practice: 'ACC', level: 2, ids: ['two'], status: 'published' },
        { practice: 'ACC', level: 3, ids: ['three'], status: 'ours' },
      ] as const,
    };
    const found = queryCrosswalk([levelled], { practice: 'ACC', level: 2 });
    expect(found.map(({ id, status }) => `${id} ${status}`)).toEqual(['whole ours', 'two published']);
  });

  it('takes a reference apart, and leaves alone what it does not know', () => {
    expect(citationOf(crosswalks, 'IEC 62443-4-2 EDR 3.14')).toEqual({ framework: 'iec-62443-4-2', id: 'EDR 3.14' });
    expect(citationOf(crosswalks, 'RFC 8446 4.1')).toBeUndefined();
  });
});

describe('reading crosswalks', () => {
  it('tells everything that is wrong at once', () => {
    const text = readFileSync(join(crosswalkFolder, 'iisf.yaml'), 'utf8');
    const folder = folderOf({
      'iisf.yaml': text.replace('[Annex B]', '[Annex B, Annex B]').replace('practice: STD', 'practice: XYZ'),
      'other.yaml': text.replace('id: iisf', 'id: iisf-2').replace('status: ours', 'status: guessed'),
      'third.yaml': text.replace('id: iisf', 'id: iisf-3'),
    });
    expect(
      refusedBy(() => loadCrosswalks(folder)).map(({ file, expected }) => [file.split('/').at(-1), expected]),
    ).toEqual([
      ['iisf.yaml', expect.stringMatching(/^one of SPM, CPM/)],
      ['other.yaml', 'one of published, ours'],
      ['third.yaml', 'the name iisf-3.yaml'],
    ]);
  });

  it('refuses an id twice at one practice and two files that are cited alike', () => {
    const text = readFileSync(join(crosswalkFolder, 'iisf.yaml'), 'utf8');
    const folder = folderOf({
      'iisf.yaml': text.replace('[Annex B]', '[Annex B, Annex B]'),
      'iisf-2.yaml': text.replace('id: iisf', 'id: iisf-2'),
    });
    expect(refusedBy(() => loadCrosswalks(folder)).map(({ expected }) => expected)).toEqual([
      'words of its own',
      'every id once for RAT',
    ]);
  });
});
