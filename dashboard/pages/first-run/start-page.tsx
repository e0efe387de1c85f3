/** The first address: the first system, or how to begin where there is none. */
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { systemsQuery } from '../../api/queries.ts';
import { CodeBlock } from '../../frame/controls.tsx';
import { Path } from '../../frame/path.tsx';
import { ProblemPage } from '../../frame/problem.tsx';
import { LevelGauge } from '../../gauge/gauge.tsx';
import { words } from '../../words/catalogue.ts';
import classes from './first-run.module.css';
import { domains } from './practices.ts';

export function StartPage() {
  const systems = useQuery(systemsQuery);
  const first = systems.data?.[0];
  if (first !== undefined) return <Navigate to="/systems/$system" params={{ system: first.id }} replace />;
  if (systems.error !== null) return <ProblemPage error={systems.error} />;
  if (systems.data === undefined) return <div aria-busy="true" />;
  return <FirstRun />;
}

function FirstRun() {
  const says = words.firstRun;
  return (
    <div className={classes.page}>
      <Path steps={[{ name: says.path }]} />
      <div className={classes.steps}>
        <h1>{says.title}</h1>
        <p className={classes.lead}>{says.lead}</p>
        <ol>
          <Step state="done" n={1} title={says.running[0]}>
            <p>{says.running[1]}</p>
          </Step>
          <Step state="now" n={2} title={says.bring}>
            <div className={classes.ways}>
              {[says.demo, says.own].map(([title, text, command]) => (
                <div key={title}>
                  <h3>{title}</h3>
                  <p>{text}</p>
                  <CodeBlock text={command} label={title} />
                </div>
              ))}
            </div>
            <CodeBlock text={says.plantFile} label="plant.yaml" />
          </Step>
          <Step n={3} title={says.dry[0]}>
            <p style={{ marginBottom: 8 }}>{says.dry[1]}</p>
            <CodeBlock text={says.dry[2]} label={says.dry[0]} />
          </Step>
          <Step n={4} title={says.scan[0]}>
            <p>{says.scan[1]}</p>
          </Step>
          <Step n={5} title={says.agree[0]}>
            <p>{says.agree[1]}</p>
          </Step>
        </ol>
      </div>
      <section className={classes.right}>
        <h2>{says.practices}</h2>
        <p className="quiet small">{says.practicesSay}</p>
        <div className={classes.practices}>
          {domains.map((domain) => (
            <div key={domain.name}>
              <h3>{domain.name}</h3>
              <ul>
                {domain.practices.map(([code, name]) => (
                  <li key={code}>
                    <span className="mono quiet">{code}</span>
                    <span>{name}</span>
                    <LevelGauge input={{ level: null, ceiling: 0, assessedTo: 0, target: 2, neverAssessed: true }} />
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

function Step(props: { n: number; title: string; state?: 'done' | 'now'; children: ReactNode }) {
  const state = props.state === undefined ? '' : classes[props.state];
  return (
    <li className={classes.step}>
      <span className={`${classes.bullet} ${state}`} aria-hidden="true">
        {props.state === 'done' ? <IconCheck size={14} stroke={1.6} /> : props.n}
      </span>
      <div>
        <h2>{props.title}</h2>
        {props.children}
      </div>
    </li>
  );
}
