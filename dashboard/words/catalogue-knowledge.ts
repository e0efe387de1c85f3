/** Third part of the catalogue: texts of the level guide, the crosswalk and the known incidents. */
import { counted } from './counting.ts';

export const knowledgeWords = {
  tabs: {
    label: 'Views of this practice',
    names: { indicators: 'Indicators', raise: 'Raise', crosswalk: 'Crosswalk', guide: 'Level guide' },
  },
  guide: {
    where: (proposed: string, target: string | undefined) =>
      `Proposed: ${proposed}. ${target === undefined ? 'No target is set.' : `Target: ${target}.`}`,
    proposed: 'proposed',
    target: 'target',
    couldHold: 'could hold',
    do: 'What to do',
    recognise: 'How to recognise it',
    illustration: 'Illustration',
    invented: (vertical: string) => `, invented, ${vertical.replaceAll('-', ' ')}`,
    notAssessed: 'not assessed here',
  },
  crosswalk: {
    lead: 'Ids of other frameworks that speak of the same thing. A link is a place to look, not a proof of conformance.',
    edition: (text: string) => `edition ${text}`,
    count: (n: number) => counted(n, 'id'),
    columns: { level: 'Level', status: 'Link', ids: 'Ids' },
    statuses: { published: 'published mapping', ours: 'our assignment' },
    all: 'all levels',
    none: 'The installed crosswalks name nothing for this practice.',
  },
  incidents: {
    title: 'Known incidents',
    lead: 'Chains of events that happened elsewhere, replayed on what is known of this system now. A chain is broken where one of its steps surely fails.',
    never: 'Nothing was assessed yet, so that no step can be judged.',
    none: 'No known incident is installed.',
    verdicts: { broken: 'Broken', open: 'Every step works', unknown: 'Cannot be said' },
    marks: {
      reported: 'reported',
      recalled: 'recalled from memory, check it before you cite it',
      uncertain: 'uncertain',
      disputed: 'disputed',
    },
    outcomes: {
      worked: 'Would have worked',
      broken: 'Broken',
      unknown: 'Unknown',
      noRow: 'No row speaks of it',
    },
    says: {
      broken: (step: string, n: number) =>
        `It ends at step ${step}, which surely fails on what is known${n > 1 ? `; ${counted(n - 1, 'later step')} ${n === 2 ? 'fails' : 'fail'} too` : ''}.`,
      open: 'Every step that a row speaks of would have worked on what is known.',
      unknown: (worked: number, unknown: number) =>
        `No step surely fails: ${worked} would have worked, ${unknown} cannot be judged on what is known.`,
    },
    because: {
      broken: 'Broken by',
      worked: 'Open because of',
      unknown: 'Unknown because of',
      softened: 'Softened by',
    },
    sources: 'Sources',
    bar: (text: string) => `Steps: ${text}`,
    count: (n: number) => counted(n, 'chain'),
  },
} as const;
