/** Chooses a side of trustworthiness. It hides rows, never what they mean, and what it says tells so. */
import { Link } from '@tanstack/react-router';
import { type Side, sides } from '../app/router.tsx';
import { words } from '../words/catalogue.ts';
import classes from './side-filter.module.css';

interface FilterProps {
  readonly side: Side | undefined;
  /** What the links ask for: `words.sides.label` and the like. */
  readonly label: string;
  readonly all: string;
  readonly countOf: (side: Side) => number;
  /** What is hidden while a side is chosen. */
  readonly says: (side: Side) => string;
}

export function SideFilter({ side, label, all, countOf, says }: FilterProps) {
  const offered = sides.filter((each) => countOf(each) > 0 || each === side);
  if (offered.length === 0) return null;
  return (
    <>
      <nav className={`${classes.sides} noPrint`} aria-label={label}>
        <span>{label}</span>
        {offered.map((each) => (
          <SideLink key={each} side={each} chosen={each === side}>
            {`${words.sides.names[each]} ${countOf(each)}`}
          </SideLink>
        ))}
        {side !== undefined && (
          <SideLink side={undefined} chosen={false}>
            {all}
          </SideLink>
        )}
      </nav>
      <div role="status">{side !== undefined && <p className={classes.says}>{says(side)}</p>}</div>
    </>
  );
}

/** What was opened among other rows is let go: it may be hidden now. */
function SideLink({ side, chosen, children }: { side: Side | undefined; chosen: boolean; children: string }) {
  return (
    <Link
      to="."
      search={(before) => ({ ...before, side, levels: undefined, row: undefined, member: undefined })}
      activeOptions={{ explicitUndefined: true, includeHash: false }}
      aria-current={chosen ? 'true' : undefined}
      resetScroll={false}
    >
      {children}
    </Link>
  );
}
