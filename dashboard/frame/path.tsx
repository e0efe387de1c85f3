/** The path in the top bar, filled by each page; and the title of the browser's tab. */
import { IconChevronLeft } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { createPortal } from 'react-dom';
import { useSystem } from '../app/present.ts';
import { words } from '../words/catalogue.ts';
import classes from './frame.module.css';

export const PathSlot = createContext<HTMLElement | null>(null);

export interface PathStep {
  readonly name: string;
  readonly to?: LinkProps['to'];
  readonly params?: Readonly<Record<string, string>>;
}

/** Path of a page of a system: site, system, the page itself. */
export function useSystemPath(system: string, title: string): readonly PathStep[] {
  const summary = useSystem(system);
  return useMemo(
    () => [
      ...(summary === undefined
        ? []
        : [{ name: summary.site.name }, { name: summary.name, to: '/systems/$system' as const, params: { system } }]),
      { name: title },
    ],
    [summary, system, title],
  );
}

export function Path({ steps, title }: { steps: readonly PathStep[]; title?: ReactNode }) {
  const slot = useContext(PathSlot);
  const last = steps.at(-1);
  const parent = steps.findLast((each) => each.to !== undefined);
  useEffect(() => {
    document.title = [...steps.map((each) => each.name).reverse(), words.product].join(' · ');
  }, [steps]);
  if (slot === null || last === undefined) return null;
  return createPortal(
    <>
      {parent !== undefined && (
        <StepLink step={parent} className={classes.back ?? ''} label={parent.name}>
          <IconChevronLeft size={20} aria-hidden="true" />
        </StepLink>
      )}
      <nav className={classes.path} aria-label={words.frame.path}>
        <ol>
          {steps.map((step) => (
            <li key={step.name} aria-current={step === last ? 'page' : undefined}>
              {step.to === undefined ? (
                title !== undefined && step === last ? (
                  title
                ) : (
                  step.name
                )
              ) : (
                <StepLink step={step}>{step.name}</StepLink>
              )}
            </li>
          ))}
        </ol>
      </nav>
    </>,
    slot,
  );
}

function StepLink(props: { step: PathStep; children: ReactNode; className?: string; label?: string }) {
  const { step, children, className, label } = props;
  // The addresses are checked where the steps are written; here they are data.
  const target = { to: step.to, params: step.params ?? {} } as LinkProps;
  return (
    <Link {...target} className={className ?? ''} aria-label={label}>
      {children}
    </Link>
  );
}
