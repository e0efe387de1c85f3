import { expect, it } from 'vitest';
import { load, plantFolder, problemsOf, told } from './plant-folder.ts';

const folder = plantFolder();

function plantWith(list: string): string {
  folder.write({ 'fragile.yaml': list });
  return folder.write({
    'plant.yaml':
      'plimsoll: 1\nsite: {id: north, fragile: ./fragile.yaml}\nsystems: [{id: line, assets: [{id: a, kind: plc}]}]\n',
  });
}

it('a list of fragile models is read with the advisory of each, and is bound to the plant', () => {
  const entry = { maker: 'Acme', model: 'X-1', reason: 'halts', reference: 'bulletin 7' };
  const plant = load(plantWith(JSON.stringify({ plimsoll: 1, fragile: [entry] })));
  expect(plant.site.fragile).toEqual([entry]);
});

it('a list without reference, of another shape or not there is refused with every problem', () => {
  expect(
    told(problemsOf(() => load(plantWith('plimsoll: 1\nfragile: [{maker: Acme, model: X-1}]\n')))).join('\n'),
  ).toMatch(/fragile\[0\].*reason(.|\n)*reference/);
  expect(told(problemsOf(() => load(plantWith('plimsoll: 2\nfragile: none\n'))))).toHaveLength(2);
});
