import { describe, expect, it } from 'vitest';
import type { Asked, Lacking } from '../../../../server/contract/interview/asked.ts';
import { openPart, type Passed } from '../../../../server/contract/interview/passed.ts';
import { promptsOf } from '../../../../server/contract/interview/wording.ts';

function lack(more: Partial<Lacking>): Lacking {
  return { fact: 'physical.locked', about: 'asset', members: [], keys: [], types: [], ...more };
}

function question(...lacks: Lacking[]): Asked {
  return { id: 'php.l1.locked', rows: [], lacks, types: [], minutes: 5, buys: '' };
}

function passed(...lacks: { fact: string; members?: string[]; keys?: string[] }[]): Passed {
  const full = lacks.map(({ fact, members = [], keys = [] }) => ({ fact, members, keys }));
  return {
    v: 1,
    system: 'line',
    question: 'php.l1.locked',
    why: 'unknown',
    at: '2026-11-24T00:00:00.000Z',
    lacks: full,
  };
}

describe('what is left of a question that was passed over', () => {
  const locked = question(lack({ members: ['a', 'b'] }));

  it('is nothing once all of it was, and all of it before', () => {
    expect(openPart(locked, [])).toEqual({ ask: locked });
    const last = passed({ fact: 'physical.locked', members: ['a', 'b'] });
    expect(openPart(locked, [last])).toEqual({ passed: last });
  });

  it('is what is new since: an asset, a fact, a key of an element', () => {
    const before = [passed({ fact: 'physical.locked', members: ['a'] })];
    expect(openPart(locked, before).ask?.lacks).toEqual([lack({ members: ['b'] })]);
    const more = question(...locked.lacks, lack({ fact: 'policy.security.approver', about: 'system' }));
    const both = [passed({ fact: 'physical.locked', members: ['a', 'b'] })];
    expect(openPart(more, both).ask?.lacks.map(({ fact }) => fact)).toEqual(['policy.security.approver']);
    const register = lack({
      fact: 'site.register',
      about: 'register',
      members: ['north'],
      keys: ['physicalOwner', 'other'],
    });
    const key = [passed({ fact: 'site.register', members: ['north'], keys: ['physicalOwner'] })];
    expect(openPart(question(register), key).ask?.lacks).toEqual([{ ...register, keys: ['other'] }]);
  });

  it('counts all that was ever passed over, and names the newest', () => {
    const one = passed({ fact: 'physical.locked', members: ['a'] });
    const other = { ...passed({ fact: 'physical.locked', members: ['b'] }), by: 'max' };
    expect(openPart(locked, [one, other])).toEqual({ passed: other });
  });

  it('is nothing of an empty set of which nobody could say', () => {
    const empty = { ...question(), empty: 'CRIT & PARTNER' };
    expect(openPart(empty, [passed()])).toEqual({ ask: empty });
    const last = { ...passed(), empty: 'CRIT & PARTNER' };
    expect(openPart(empty, [last])).toEqual({ passed: last });
  });
});

describe('the prompts of a question', () => {
  it('name each answer as recorded interviews do, with how it is written', () => {
    const site = lack({ fact: 'site.register', about: 'register', members: ['north'], keys: ['physicalOwner'] });
    const approved = lack({ fact: 'policy.security.approvedAt', about: 'system' });
    expect(promptsOf(question(site, approved))).toMatchObject([
      { key: 'site.register.physicalOwner', text: 'physical owner' },
      { key: 'policy.security.approvedAt', hint: expect.stringContaining('a date') },
    ]);
    expect(promptsOf({ ...question(), empty: 'CRIT & PARTNER' })).toMatchObject([{ key: 'empty:CRIT & PARTNER' }]);
  });
});
