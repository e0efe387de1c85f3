import { describe, expect, it } from 'vitest';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { type Profile, profileIds, targetsFrom } from '../../../rules/engine/profile.ts';

function profileOf(id: string): Profile {
  const targets = Object.fromEntries(
    practiceCodes.map((code) => [code, { level: 2, scope: 'industry', reason: `${code} matters` }]),
  ) as Profile['targets'];
  return { id, title: 'Waterworks', status: 'ours', notice: '', role: 'owner', appliesTo: '', targets, overlay: '' };
}

describe('targets of a system', () => {
  it('are its own where it has one, higher or lower, and say elsewhere that the profile set them', () => {
    const own = {
      ACC: { level: 4, scope: 'system' },
      PHP: { level: 0, scope: 'general', reason: 'no doors' },
    } as const;
    const targets = targetsFrom(profileOf('water'), own);
    expect(Object.keys(targets)).toEqual(practiceCodes);
    expect(targets.ACC).toEqual({ level: 4, scope: 'system' });
    expect(targets.PHP).toEqual({ level: 0, scope: 'general', reason: 'no doors' });
    expect(targets.PAT).toEqual({ level: 2, scope: 'industry', reason: 'Waterworks: PAT matters' });
  });

  it('are only its own without a profile', () => {
    const own = { ACC: { level: 2, scope: 'general' } } as const;
    expect(targetsFrom(undefined, own)).toEqual(own);
  });
});

it('profiles go by their ids, in their order', () => {
  expect(profileIds([profileOf('water'), profileOf('retail')])).toEqual(['water', 'retail']);
});
