import { builtDashboard } from '../../agent/dashboard-build.ts';

/** Once, before any suite: two suites that serve the dashboard must not see it being built. */
export default async function setup(): Promise<void> {
  await builtDashboard((line) => console.log(line));
}
