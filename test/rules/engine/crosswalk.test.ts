import { describe, expect, it } from 'vitest';
import { type Crosswalk, citationOf, queryCrosswalk } from '../../../rules/engine/crosswalk.ts';

const base: Crosswalk = {
  id: 'frame',
  cite: 'FRAME',
  title: 'The frame',
  edition: '2024',
  entries: [
    { practice: 'ACC', ids: ['A 1', 'A 2'], status: 'ours' },
    { practice: 'ACC', level: 2, ids: ['A 3'], status: 'published', note: 'only remote users' },
    { practice: 'ACC', level: 3, ids: ['A 4'], status: 'ours' },
    { practice: 'PAT', level: 2, ids: ['A 1'], status: 'ours' },
  ],
};
const part: Crosswalk = {
  ...base,
  id: 'frame-2',
  cite: 'FRAME 2',
  edition: '2020',
  entries: [{ practice: 'ACC', level: 2, ids: ['A 1'], status: 'ours' }],
};
const both = [base, part];

describe('asking crosswalks', () => {
  const links = (query: Parameters<typeof queryCrosswalk>[1]) =>
    queryCrosswalk(both, query).map(({ framework, practice, id }) => `${framework} ${practice} ${id}`);

  it('for nothing gives every link, in the order of the files', () => {
    expect(links({})).toEqual([
      'frame ACC A 1',
      'frame ACC A 2',
      'frame ACC A 3',
      'frame ACC A 4',
      'frame PAT A 1',
      'frame-2 ACC A 1',
    ]);
  });

  it.each<[Parameters<typeof queryCrosswalk>[1], string[]]>([
    [{ practice: 'PAT' }, ['frame PAT A 1']],
    [{ practice: 'RRC' }, []],
    [{ framework: 'frame-2' }, ['frame-2 ACC A 1']],
    [{ framework: 'FRAME 2' }, ['frame-2 ACC A 1']],
    [{ framework: 'FRAME' }, ['frame ACC A 1', 'frame ACC A 2', 'frame ACC A 3', 'frame ACC A 4', 'frame PAT A 1']],
    [{ framework: 'frame 2' }, []],
    [{ id: 'A 1' }, ['frame ACC A 1', 'frame PAT A 1', 'frame-2 ACC A 1']],
    [{ id: 'A' }, []],
    [{ level: 3, framework: 'frame' }, ['frame ACC A 1', 'frame ACC A 2', 'frame ACC A 4']],
    [{ level: 3, practice: 'PAT' }, []],
    [{ level: 2, practice: 'ACC', id: 'A 3' }, ['frame ACC A 3']],
  ])('for %j gives what fits all of it', (query, expected) => {
    expect(links(query)).toEqual(expected);
  });

  it('tells of a link its framework, edition, choice, level and note, and leaves out what it has not', () => {
    const [whole] = queryCrosswalk(both, { practice: 'ACC' });
    expect(whole).toStrictEqual({
      framework: 'frame',
      cite: 'FRAME',
      edition: '2024',
      id: 'A 1',
      practice: 'ACC',
      status: 'ours',
    });
    expect(queryCrosswalk(both, { id: 'A 3' })).toStrictEqual([
      {
        framework: 'frame',
        cite: 'FRAME',
        edition: '2024',
        id: 'A 3',
        practice: 'ACC',
        level: 2,
        status: 'published',
        note: 'only remote users',
      },
    ]);
  });
});

describe('taking a reference apart', () => {
  it.each([
    ['FRAME A 1', { framework: 'frame', id: 'A 1' }],
    ['FRAME 2 A 1', { framework: 'frame-2', id: 'A 1' }],
    ['FRAME 22 A 1', { framework: 'frame', id: '22 A 1' }],
    ['FRAMES A 1', undefined],
    ['see FRAME A 1', undefined],
    ['FRAME', undefined],
  ])('%s means %j', (reference, expected) => {
    expect(citationOf(both, reference)).toEqual(expected);
    expect(citationOf([part, base], reference)).toEqual(expected);
  });
});
