import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planPageSchema, raisePageSchema } from '../../server/contract/advice.ts';
import { practicePageSchema, systemSummarySchema } from '../../server/contract/api.ts';
import { type Served, serve } from '../product/plimsoll.ts';
import { type SmallPlant, smallPlant } from '../product/small-plant.ts';
import { describeWith, until } from '../support/program.ts';
import { builtDashboard, seriousFindings, startBrowser, visit } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';

describeWith(['chromium'], 'advice on a real server', () => {
  let browser: Browser;
  let plant: SmallPlant;
  let server: Served;
  let page: Page;
  let errors: string[];
  const system = '/api/v1/systems/line-1';

  beforeAll(async () => {
    await builtDashboard();
    browser = await startBrowser();
    plant = await smallPlant();
    server = await serve('up', ['--plant', plant.file, '--data', join(plant.folder, 'data')]);
    await server.request(`${system}/scans`, { method: 'POST' });
    await until(
      async () => {
        const { lastScan, runningScan } = systemSummarySchema.parse(await server.get(system));
        return lastScan !== undefined && runningScan === undefined;
      },
      'the scan ends and is assessed',
      30_000,
    );
  }, 120_000);
  afterEach(async () => {
    await page?.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await plant?.stop();
  });

  async function open(path: string, width = 1440): Promise<void> {
    const made = await visit(browser, `http://127.0.0.1:${server.port}${path}`, { width });
    page = made.page;
    errors = made.errors;
  }

  const level = (of: number | null) => (of === null ? 'not established' : String(of));

  it('shows by ticked steps the level that the engine gives, and that nothing of it is real', async () => {
    const { raise } = raisePageSchema.parse(await server.get(`${system}/practices/SPM/raise`));
    const [set] = raise.sets;
    const n = set?.steps.length ?? 0;
    await open('/systems/line-1/practices/SPM?tab=raise');
    const simulation = page.getByRole('region', { name: 'If done and seen' });
    await simulation.getByText('Tick steps to see the level').waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(n);
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    await simulation.getByRole('button', { name: 'Tick all steps' }).click();
    const said = `With ${n === 1 ? 'this step' : `these ${n} steps`} SPM goes from ${level(raise.from)} to ${level(set?.reaches ?? null)}.`;
    await simulation.getByRole('status').getByText(said).waitFor();
    expect(await simulation.getByRole('img').count()).toBe(2);
    expect(await simulation.getByText('It is stored nowhere and changes no level.').isVisible()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await simulation.getByRole('button', { name: 'Clear' }).click();
    await simulation.getByText('Tick steps to see the level').waitFor();
    await page.reload();
    await simulation.getByText('Tick steps to see the level').waitFor();
    const after = practicePageSchema.parse(await server.get(`${system}/practices/SPM`));
    expect(after.result.level).toBe(raise.from);
    expect(errors).toEqual([]);
  });

  it('is worked by keys alone: from the tab to a ticked step and its announced level', async () => {
    await open('/systems/line-1/practices/ACM');
    await page.getByRole('link', { name: 'Raise', exact: true }).focus();
    await page.keyboard.press('Enter');
    const first = page.getByRole('checkbox').first();
    await first.waitFor();
    const id = await first.getAttribute('id');
    // Within reach of Tab from the head of the page, and ticked by the space bar.
    await page.getByRole('button', { name: 'Tick all steps' }).focus();
    await until(async () => {
      await page.keyboard.press('Tab');
      return (await page.evaluate('document.activeElement?.id')) === id;
    }, 'Tab reaches the first step');
    await page.keyboard.press('Space');
    expect(await first.isChecked()).toBe(true);
    await page
      .getByRole('status')
      .getByText(/^With this step ACM /)
      .waitFor();
    const described = (await first.getAttribute('aria-describedby')) ?? '';
    expect(await page.locator(`[id="${described}"]`).textContent()).toMatch(/\?/);
    expect(errors).toEqual([]);
  });

  it('draws the plan and says the same in a table, from the overview’s side bar on', async () => {
    const plan = planPageSchema.parse(await server.get(`${system}/plan`));
    await open('/systems/line-1');
    await page.getByRole('link', { name: 'Plan', exact: true }).click();
    await page.getByRole('heading', { name: 'Targets reached by budget' }).waitFor();
    expect(page.url()).toContain('/systems/line-1/plan');
    const last = plan.curves.missing.points.at(-1);
    const drawing = page.getByRole('img', { name: new RegExp(`^${plan.targets} targets\\.`) });
    expect(await drawing.getAttribute('aria-label')).toContain(`${last?.reached.length} for ${last?.budget}`);
    const table = page.getByRole('table', { name: 'What to do next, in this order' });
    expect(await table.getByRole('row').count()).toBe(plan.curves.missing.points.length + 1);
    const row = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: last?.practice ?? '' }) });
    expect(await row.textContent()).toContain(`${last?.reached.length} of ${plan.targets}`);
    await page.getByRole('link', { name: 'in place', exact: true }).click();
    await page.getByText('The cheapest case').waitFor();
    expect(page.url()).toContain('unknown=holds');
    await row.getByRole('button', { name: /step/ }).click();
    expect(page.url()).toMatch(/point=\d/);
    await page.locator('ol li').first().waitFor();
    expect(await page.getByText('costs: {S: 1, M: 5, L: 20, XL: 80}').isVisible()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Line 1' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('heading', { name: 'Plan', exact: true }).waitFor();
    expect(errors).toEqual([]);
  });
});

describeWith(['chromium'], 'advice in words', () => {
  let browser: Browser;
  let fixture: Fixture;
  let page: Page;

  beforeAll(async () => {
    await builtDashboard();
    browser = await startBrowser();
    fixture = await startFixture();
  });
  afterEach(async () => {
    await page?.close();
  });
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
  });

  it('says of each step what to do, for which assets, who, at what cost, and what comes first', async () => {
    ({ page } = await visit(browser, `${fixture.url}/systems/line-3/practices/ACC?tab=raise&way=2`));
    const steps = page.getByRole('list', { name: 'Steps' }).locator('> li');
    await steps.first().waitFor();
    const texts = await steps.allTextContents();
    expect(texts[0]).toContain('1Switch anonymous access off in mosquitto.conf');
    expect(texts[0]).toContain('eve@example.com');
    expect(texts[0]).toMatch(/days of work1 person day15 min to ask and look4 packets/);
    expect(texts[1]).toContain('Decide which of the sources holds');
    expect(texts[1]).toContain('none if it is there, else 5 person days');
    expect(texts[2]).toContain('Import it from the SIEM');
    expect(texts[2]).toContain('in ACM, another step rests on it');
    expect(texts[3]).toContain('Have it examined');
    expect(texts[3]).toContain('Firststep 3');
    expect(texts[4]).toContain('State that there is nothing to count');
    await steps.first().getByRole('button', { name: 'Show all 7' }).click();
    expect(await steps.first().textContent()).toContain('hmi-line');
  });

  it('names a ticked step that counts for nothing yet, what else moves, and what the next level lacks', async () => {
    ({ page } = await visit(browser, `${fixture.url}/systems/line-3/practices/ACC?tab=raise&way=2`));
    const status = page.getByRole('region', { name: 'If done and seen' }).getByRole('status');
    await page.getByRole('checkbox').nth(3).check();
    await status.getByText('With this step ACC stays at 1. Level 2 then still lacks 1 row that is unknown.').waitFor();
    await page.getByText('counts for nothing yet: it rests on').waitFor();
    await page.getByText('goes from not established to 1').waitFor();
    await page.getByRole('checkbox').nth(0).check();
    await page.getByRole('checkbox').nth(1).check();
    await status
      .getByText(
        'With these 3 steps ACC goes from 1 to 2. Level 3 then still lacks 2 rows that are unknown and one row of its own that rests on more than statements.',
      )
      .waitFor();
  });

  it('tells where nothing has to be bought, where no way leads, and where a target is missing', async () => {
    for (const [path, text] of [
      ['SPM?tab=raise&to=target', 'The target, level 2, is reached'],
      ['EMI?tab=raise&to=target', 'Plimsoll has no way to see or ask: Does every device'],
      ['RAT?tab=raise&to=target', 'targets: {default: 2, RAT: 3}'],
    ] as const) {
      ({ page } = await visit(browser, `${fixture.url}/systems/line-3/practices/${path}`));
      await page.getByText(text).waitFor();
      expect(await page.getByRole('checkbox').count()).toBe(0);
      await page.close();
    }
    ({ page } = await visit(browser, `${fixture.url}/systems/filling-1/plan`));
    await page.getByText('targets: {default: 2, ACC: 3}').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
  });

  it('says in the plan what no money reaches, where not to spend, and which targets do not fit', async () => {
    ({ page } = await visit(browser, `${fixture.url}/systems/line-3/plan?point=3`));
    const text = async (name: string) =>
      (await page
        .locator('section')
        .filter({ has: page.getByRole('heading', { name }) })
        .last()
        .textContent()) ?? '';
    await page.getByRole('heading', { name: 'No money reaches' }).waitFor();
    expect(await text('No money reaches')).toContain('VAS Vulnerability Assessment');
    const spend = await text('Do not spend here');
    expect(spend.indexOf('More is there than any target asks for')).toBeLessThan(spend.indexOf('The target is met'));
    expect(await text('Targets that do not fit together')).toContain('EMI 3 rests on a row of level 2 of ACM');
    expect(await page.getByText('also reaches RRC').count()).toBe(1);
    expect(await page.getByText('else 80 person days').isVisible()).toBe(true);
  });
});

describe('the drawing of a budget', () => {
  it('has round numbers on its axis, the last at or beyond the end', async () => {
    const { ticksTo } = await import('../../dashboard/pages/plan/curve.ts');
    expect(ticksTo(166, 8)).toEqual([0, 50, 100, 150, 200]);
    expect(ticksTo(1, 8)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksTo(1145, 4)).toEqual([0, 500, 1000, 1500]);
  });

  it('climbs in steps only, and labels only the steps that have room', async () => {
    const { curveShape } = await import('../../dashboard/pages/plan/curve.ts');
    const point = (practice: string, budget: number, reached: string[]) => ({ practice, budget, reached });
    const points = [point('THM', 1, ['THM']), point('ACC', 100, ['THM', 'ACC'])];
    const plan = { targets: 4, reached: [], curves: { missing: { points }, holds: { points: [] } } } as never;
    const { surely, perhaps, labels } = curveShape(plan, { width: 500, height: 260 });
    expect(surely.line).toMatch(/^M34 220H[\d.]+V[\d.]+H[\d.]+V[\d.]+H478$/);
    expect(perhaps.line).toBe('M34 220H478');
    expect(labels.map(({ text }) => text)).toEqual(['THM']);
    expect(curveShape(plan, { width: 60, height: 260 }).labels).toEqual([]);
  });
});
