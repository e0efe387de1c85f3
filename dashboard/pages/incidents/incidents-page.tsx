/** Known incidents, step by step: which steps would have worked on what is known of this system, and why. */
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { IncidentPage as Incident } from '../../../server/contract/api.ts';
import { incidentsQuery } from '../../api/queries.ts';
import { useKeys } from '../../app/keys.ts';
import { AsOfButton, useAsOf } from '../../frame/as-of.tsx';
import { Path, useSystemPath } from '../../frame/path.tsx';
import { ProblemPage } from '../../frame/problem.tsx';
import { StepMark, VerdictOfChain } from '../../marks/chain.tsx';
import { words } from '../../words/catalogue.ts';
import { chainSays, stepCounts } from '../../words/chains.ts';
import classes from './incidents.module.css';

const route = getRouteApi('/systems/$system/incidents');
const says = words.incidents;
const order = { open: 0, unknown: 1, broken: 2 } as const;

export function IncidentsPage() {
  const { system } = route.useParams();
  const { chain } = route.useSearch();
  const asOf = useAsOf();
  const incidents = useQuery(incidentsQuery(system, asOf));
  const navigate = useNavigate();
  useKeys({ escape: () => void navigate({ to: '/systems/$system', params: { system } }) });
  const steps = useSystemPath(system, says.title);
  if (incidents.error !== null) return <ProblemPage error={incidents.error} />;
  const chains = (incidents.data ?? []).toSorted((a, b) => order[a.verdict] - order[b.verdict]);
  // The worst one is open by itself; the address says so once a person chose.
  const opened = chain ?? chains[0]?.id;
  return (
    <div className={classes.page}>
      <Path steps={steps} />
      <div className={classes.title}>
        <h1>{says.title}</h1>
        <span className="quiet">{incidents.data !== undefined && says.count(chains.length)}</span>
        <div className={classes.end}>
          <AsOfButton system={system} />
        </div>
      </div>
      <p className={classes.lead}>{says.lead}</p>
      {incidents.data !== undefined && chains.length === 0 && <p className="quiet">{says.none}</p>}
      {chains.map((each) => (
        <Chain key={each.id} incident={each} system={system} open={each.id === opened} />
      ))}
    </div>
  );
}

function Chain({ incident, system, open }: { incident: Incident; system: string; open: boolean }) {
  const navigate = useNavigate();
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const turn = () =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, chain: open ? 'none' : incident.id }),
      resetScroll: false,
    });
  return (
    <section className={classes.chain} aria-label={incident.title}>
      <button type="button" className={classes.head} aria-expanded={open} onClick={turn}>
        <Chevron size={14} stroke={1.6} aria-hidden="true" />
        <h2>{incident.title}</h2>
        <StepBar steps={incident.steps} />
        <VerdictOfChain verdict={incident.verdict} />
      </button>
      <div className={open ? classes.body : classes.folded}>
        <p className={classes.verdict}>{chainSays(incident)}</p>
        <p className="quiet small">
          {incident.when}, {says.marks[incident.mark]}. {stepCounts(incident.steps)}.
        </p>
        <ol className={classes.steps}>
          {incident.steps.map((step) => (
            <li key={step.id}>
              <span className={classes.id}>{step.id}</span>
              <StepMark outcome={step.outcome} />
              <div>
                <p>{step.what}</p>
                <Because says={says.because.broken} rows={step.brokenBy} incident={incident} system={system} />
                <Because says={says.because.worked} rows={step.openBecauseOf} incident={incident} system={system} />
                <Because says={says.because.unknown} rows={step.unknownBecauseOf} incident={incident} system={system} />
                <Because says={says.because.softened} rows={step.softenedBy} incident={incident} system={system} />
              </div>
            </li>
          ))}
        </ol>
        <p className={classes.sources}>
          <span className="quiet">{says.sources}: </span>
          {incident.sources.join('; ')}
        </p>
      </div>
    </section>
  );
}

interface BecauseProps {
  readonly says: string;
  readonly rows: readonly string[];
  readonly incident: Incident;
  readonly system: string;
}

function Because({ says: lead, rows, incident, system }: BecauseProps) {
  if (rows.length === 0) return null;
  return (
    <div className={classes.because}>
      <span className="quiet">{lead}</span>
      <ul>
        {rows.map((id) => (
          <li key={id}>
            <Link
              to="/systems/$system/practices/$code"
              params={{ system, code: (id.split('.')[0] ?? '').toUpperCase() }}
              search={{ row: id }}
              hash={id}
              className="inText"
              title={id}
            >
              {incident.rows?.[id] ?? id}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** One cell a step: outlined would have worked, solid broken, hatched unknown, dashed nobody asks. */
function StepBar({ steps }: { steps: Incident['steps'] }) {
  return (
    <span className={classes.bar} role="img" aria-label={says.bar(stepCounts(steps))}>
      {steps.map((step) => (
        <i key={step.id} className={classes[step.outcome]} />
      ))}
    </span>
  );
}
