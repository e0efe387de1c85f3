import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../support/program.ts';
import { builtDashboard, seriousFindings, startBrowser, visit } from './browser.ts';
import { observationOf } from './fixture/plant.ts';
import { type Fixture, startFixture } from './fixture-server.ts';

/** In the browser: the cells, lines and paragraphs whose text is wider than they are. */
const overflowing = `[...document.querySelectorAll('td, dd, li, p')]
  .filter((each) => each.checkVisibility() && !each.classList.contains('hidden'))
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .filter((each) => getComputedStyle(each).display !== 'inline' && getComputedStyle(each).overflowX === 'visible')
  .map((each) => each.tagName + ' ' + each.textContent.slice(0, 60))`;

describeWith(['chromium'], 'views of the dashboard', () => {
  let browser: Browser;
  let fixture: Fixture;
  let scanPath = '';
  const broker = observationOf('broker-1', 'mqtt');
  const opened = '/systems/line-3/practices/ACC?row=acc.l2.no-anonymous&member=broker-1';

  beforeAll(async () => {
    await builtDashboard();
    browser = await startBrowser();
    fixture = await startFixture({ demo: true });
    const run = fixture.startScan();
    for (let i = 0; i < 25; i += 1) run.step();
    scanPath = `/scans/${run.summary.id}`;
  });
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
  });

  const views = () =>
    [
      ['overview', '/systems/line-3', 'Access Control'],
      ['practices of one side', '/systems/line-3?side=safety', 'safety: 1 met, 2 not met'],
      ['practice', opened, 'Has nearly every critical'],
      ['rows of one side', '/systems/line-3/practices/ACC?side=safety', 'Hiding the others changes no level'],
      ['level guide', '/systems/line-3/practices/ACC?tab=guide', 'How to recognise it'],
      ['steps to the next level', '/systems/line-3/practices/ACC?tab=raise&way=2', 'Way 3: 4 steps'],
      ['what stands in the way', '/systems/line-3/practices/EMI?tab=raise&to=target', 'No set of steps reaches it'],
      [
        'no target to raise to',
        '/systems/line-3/practices/RAT?tab=raise&to=target',
        'No target is set for this practice',
      ],
      ['plan', '/systems/line-3/plan?point=3', 'Do not spend here'],
      ['plan without targets', '/systems/filling-1/plan', 'No target is set, so that nothing is owed'],
      ['crosswalk', '/systems/line-3/practices/ACC?tab=crosswalk', 'our assignment'],
      ['questions', '/systems/line-3/questions', 'and 25 more'],
      ['nothing to ask', '/systems/filling-1/questions', 'Nothing is left to ask people of'],
      ['known incidents', '/systems/line-3/incidents?chain=water-2023', 'It ends at step A1'],
      ['evidence in the drawer', `${opened}&evidence=${broker}`, 'Cell broker, seen by mqtt'],
      ['evidence page', `/evidence/${broker}`, 'The chain holds'],
      ['scan, live', scanPath, 'Stop this scan'],
      ['scan with devices to look into', `${scanPath}?`, 'Answer times before: 12 ms, 14 ms, 13 ms; then: 480 ms'],
      ['scans', '/systems/line-3/scans', 'Manifest'],
      ['assets', '/systems/line-3/assets', 'Palletiser PLC'],
      ['demo plant', '/systems/line-3?demo=true', 'Break one on purpose'],
    ] as const;

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'render without an error or a serious accessibility finding, %s at %i',
    async (scheme, width) => {
      for (const [name, path, text] of views()) {
        const { page, errors } = await visit(browser, fixture.url + path, { scheme, width });
        await page.getByText(text).first().waitFor({ state: 'attached' });
        await page.waitForLoadState('load');
        await page.evaluate('document.fonts.ready.then(() => true)');
        expect(await seriousFindings(page), `${name}, ${scheme} at ${width}`).toEqual([]);
        expect(errors, name).toEqual([]);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(overflow, `${name} is wider than ${width}`).toBeLessThanOrEqual(0);
        await page.close();
      }
    },
    120_000,
  );

  it('shows all 18 practices at 1440 x 900 without scrolling, no name cut', async () => {
    const { page } = await visit(browser, `${fixture.url}/systems/line-3`);
    await page.getByRole('link', { name: 'Access Control', exact: true }).waitFor();
    await page.evaluate('document.fonts.ready.then(() => true)');
    const links = page.locator('tbody a[id^="practice-"]');
    expect(await links.count()).toBe(18);
    const last = await page.locator('#practice-RRC').boundingBox();
    expect((last?.y ?? 900) + (last?.height ?? 0)).toBeLessThan(900);
    const cut = await links.evaluateAll(
      (all) =>
        all.filter((each) => {
          const cell = each.closest('td');
          return cell !== null && each.getBoundingClientRect().right > cell.getBoundingClientRect().right;
        }).length,
    );
    expect(cut).toBe(0);
    await page.close();
  });

  it('says each gauge in words beside a level word, and never a number for what is not established', async () => {
    const { page } = await visit(browser, `${fixture.url}/systems/line-3`);
    await page.getByRole('img', { name: 'Level 1, not assessed above, target 3, confirmed 2' }).waitFor();
    const row = page.getByRole('row').filter({ hasText: 'Event Detection and Response Plan' });
    expect(await row.textContent()).toContain('not established');
    expect(await row.textContent()).not.toContain('None');
    expect(await row.getByRole('img').first().getAttribute('aria-label')).toBe(
      'Not established, could be up to 2, not assessed above, target 2',
    );
    await page.close();
  });

  it('shows what a device sent as text: no markup runs, no character hides', async () => {
    const { page, errors } = await visit(browser, `${fixture.url}/evidence/${broker}`);
    await page.getByText('firmware.version').waitFor();
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).toContain('<script>');
    expect(text).toContain('\\u202e');
    expect(text).not.toContain('\u202e');
    expect(text).not.toContain('\u0007');
    expect(await page.title()).toContain('Cell broker');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('shows a list of records element by element, with what changed against before', async () => {
    const { page } = await visit(browser, `${fixture.url}/evidence/${broker}`);
    const row = page.getByRole('row').filter({ hasText: 'tls.certificates' });
    await row.getByText('new element').waitFor();
    const text = (await row.textContent()) ?? '';
    expect(text).toContain('trustedtruewas false');
    expect(text).toContain('7c6f fab5…a1a1');
    expect(text).not.toContain('{');
    expect(await row.getByRole('button', { name: 'Copy the hash of the id' }).count()).toBe(2);
    await page.close();
  });

  it.each([1440, 1280, 390])(
    'keeps every text inside its cell at %i: evidence, overview, assets, steps, plan',
    async (width) => {
      for (const [path, text] of [
        [`/evidence/${broker}`, 'The chain holds'],
        [`${opened}&evidence=${broker}`, 'Cell broker, seen by mqtt'],
        ['/systems/line-3', 'Access Control'],
        ['/systems/line-3/assets', 'Edge DMZ'],
        ['/systems/line-3/practices/ACC?tab=raise&way=2', 'Way 3: 4 steps'],
        ['/systems/line-3/plan?point=4', 'Do not spend here'],
      ] as const) {
        const { page } = await visit(browser, fixture.url + path, { width });
        await page.getByText(text).first().waitFor({ state: 'attached' });
        await page.evaluate('document.fonts.ready.then(() => true)');
        const wide = await page.evaluate(overflowing);
        expect(wide, `${path} at ${width}`).toEqual([]);
        await page.close();
      }
    },
  );

  it('names the broken link and does not call what follows checked', async () => {
    const { page } = await visit(browser, `${fixture.url}/evidence/${observationOf('switch-cell', 'snmp')}`);
    await page.getByText('The chain is broken').waitFor();
    expect(await page.getByText('Not checked', { exact: true }).count()).toBe(2);
    await page.close();
  });

  it('prints the overview and the practice in light, without bars, with the assessment in the foot', async () => {
    const { page } = await visit(browser, fixture.url + opened, { scheme: 'dark' });
    await page.getByText('Has nearly every critical').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'Stop all probes' }).isVisible()).toBe(false);
    expect(await page.getByText(/rule pack smm 1.0.0, assessment/).isVisible()).toBe(true);
    // Folded levels up to the target are open on paper.
    expect(await page.getByText('Do administrators use a separate account').isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await page.close();
  });

  describe('states of a plant', () => {
    it('tells how to begin where no system exists, and shows nothing as a level', async () => {
      const none = await startFixture({ plant: 'none' });
      const { page, errors } = await visit(browser, none.url);
      await page.getByRole('heading', { name: 'No system yet' }).waitFor();
      expect(await page.getByRole('img', { name: 'Never assessed, target 2' }).count()).toBe(18);
      expect(await seriousFindings(page)).toEqual([]);
      expect(errors).toEqual([]);
      await page.close();
      await none.stop();
    });

    it('shows a new system as eighteen times never assessed', async () => {
      const fresh = await startFixture({ plant: 'new' });
      const { page } = await visit(browser, `${fresh.url}/systems/line-3`);
      await page.getByText('Nothing was assessed yet.').waitFor();
      expect(await page.locator('tbody').getByText('never assessed').count()).toBe(18);
      await page.close();
      await fresh.stop();
    });

    it('says since when the agent is silent, and greys only what rests on measured evidence', async () => {
      const silent = await startFixture({ silent: true });
      const { page } = await visit(browser, `${silent.url}/systems/line-3`);
      await page.getByText(/The agent has been silent since/).waitFor();
      expect(await page.getByRole('img', { name: /from an old assessment/ }).count()).toBe(8);
      const last = await page.locator('#practice-RRC').boundingBox();
      expect((last?.y ?? 900) + (last?.height ?? 0)).toBeLessThan(900);
      await page.close();
      await silent.stop();
    });

    it('shows a refusal as what happened, what was kept and what to do, with each problem', async () => {
      const refusing = await startFixture();
      refusing.refuse.set('GET /systems/line-3/overview', {
        type: 'about:blank',
        title: 'Plant file was not loaded',
        status: 422,
        detail: 'plant.yaml has 2 problems.',
        errors: [
          {
            file: 'plant.yaml',
            line: 14,
            path: 'systems[0].assets[1].prob',
            expected: 'one of id, name, kind',
            found: 'prob',
          },
          { file: 'plant.yaml', line: 22, path: 'credentials', expected: 'a name', found: 'broker-reader' },
        ],
      });
      const { page } = await visit(browser, `${refusing.url}/systems/line-3`);
      await page.getByRole('heading', { name: 'Plant file was not loaded' }).waitFor();
      for (const text of [
        'What happened',
        'What was kept',
        'What to do',
        'plant.yaml, line 14',
        'one of id, name, kind',
      ])
        expect(await page.getByText(text).isVisible(), text).toBe(true);
      refusing.refuse.clear();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('link', { name: 'Access Control', exact: true }).waitFor();
      await page.close();
      await refusing.stop();
    });
  });
});
