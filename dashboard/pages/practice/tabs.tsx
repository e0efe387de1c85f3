/** Views of one practice, each with its own address. */
import { Link } from '@tanstack/react-router';
import { type PracticeTab, practiceTabs } from '../../app/router.tsx';
import { words } from '../../words/catalogue.ts';
import classes from './knowledge.module.css';

export function PracticeTabs({ tab }: { tab: PracticeTab }) {
  return (
    <nav className={`${classes.tabs} noPrint`} aria-label={words.tabs.label}>
      {practiceTabs.map((each) => (
        <Link
          key={each}
          to="."
          search={(before) =>
            each === tab ? before : { ...before, tab: each === 'indicators' ? undefined : each, evidence: undefined }
          }
          activeOptions={{ explicitUndefined: true, includeHash: false }}
          className={classes.tab}
        >
          {words.tabs.names[each]}
        </Link>
      ))}
    </nav>
  );
}
