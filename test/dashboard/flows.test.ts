import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, until } from '../support/program.ts';
import { builtDashboard, startBrowser, visit } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';

describeWith(['chromium'], 'work with the dashboard', () => {
  let browser: Browser;
  let fixture: Fixture;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    await builtDashboard();
    browser = await startBrowser();
  });
  beforeEach(async () => {
    fixture = await startFixture({ demo: true });
  });
  afterEach(async () => {
    await page?.close();
    await fixture.stop();
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function open(path: string, options: { width?: number } = {}): Promise<void> {
    const made = await visit(browser, fixture.url + path, options);
    page = made.page;
    errors = made.errors;
  }

  it('opens a claim down to its transcript in three clicks, each with its own address', async () => {
    await open('/systems/line-3/practices/ACC');
    await page.getByRole('button', { name: /Has nearly every critical or exposed service/ }).click();
    await page.getByRole('button', { name: /Cell broker.*Not met/ }).click();
    await page.getByText('CONNACK 0x00 accepted').waitFor();
    await page.getByRole('link', { name: 'Open evidence' }).click();
    const drawer = page.getByRole('dialog', { name: 'Evidence' });
    await drawer.getByText('closed by us').waitFor();
    expect(page.url()).toContain('evidence=sha256');
    // The practice is still beside it, and Stop is still in reach.
    expect(await page.getByText('Fell from 2 to 1').isVisible()).toBe(true);
    await page.reload();
    await page.getByRole('dialog', { name: 'Evidence' }).getByText('closed by us').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Evidence' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('member=broker-1');
    expect(errors).toEqual([]);
  });

  it('reads the level guide and goes from how a level is recognised to the row of today', async () => {
    await open('/systems/line-3/practices/ACC');
    await page.getByRole('link', { name: 'Level guide' }).click();
    const second = page.getByRole('region', { name: '2 Ad hoc' });
    await second.getByText(', invented, manufacturing').waitFor();
    expect(page.url()).toContain('tab=guide');
    expect(await page.getByRole('region', { name: '1 Minimum' }).getByText('proposed').count()).toBe(1);
    expect(await page.getByRole('region', { name: '3 Consistent' }).getByText('target').count()).toBe(1);
    expect(await second.getByText('not assessed here').count()).toBe(1);
    // The tab stays while one moves from practice to practice.
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Asset, Change and Configuration Management' }).waitFor();
    expect(page.url()).toContain('tab=guide');
    await page.keyboard.press('k');
    await second.getByText('Not met').waitFor();
    await second.getByRole('link', { name: /Has nearly every critical/ }).click();
    await page.getByRole('button', { name: /Has nearly every critical/, expanded: true }).waitFor();
    expect(page.url()).not.toContain('tab=');
    await page.getByRole('link', { name: 'Crosswalk' }).click();
    await page.getByRole('region', { name: 'Requirements on the control system' }).waitFor();
    expect(await page.getByRole('cell', { name: 'SR 1.1 SR 1.2 SR 2.1 RE 1' }).count()).toBe(1);
    expect(await page.getByRole('cell', { name: 'published mapping' }).count()).toBe(1);
    expect(await page.locator('main a[aria-current="page"]').allTextContents()).toEqual(['Crosswalk']);
    expect(errors).toEqual([]);
  });

  it('shows only rows that bear on safety too, and says that no level and no count is another one by that', async () => {
    await open('/systems/line-3/practices/ACC');
    const heads = page.getByRole('heading', { level: 3 });
    await page.getByRole('button', { name: /Has nearly every critical or exposed service/ }).waitFor();
    const before = await page.getByRole('button', { name: /^Level 2/ }).textContent();
    await page.getByRole('link', { name: /^safety \d/ }).click();
    await page.getByText(/rows also bear on safety. Hiding the others changes no level/).waitFor();
    expect(page.url()).toContain('side=safety');
    expect(await heads.filter({ hasText: /^Level/ }).count()).toBe(4);
    expect(await page.getByText('also bears on safety').count()).toBeGreaterThan(0);
    expect(await page.getByRole('button', { name: /Does everybody who comes in/ }).count()).toBe(0);
    const after = (await page.getByRole('button', { name: /^Level 2/ }).textContent()) ?? '';
    expect(after.startsWith((before ?? '').replace(/Show$/, ''))).toBe(true);
    expect(after).toMatch(/\d of \d shown/);
    // The filter stays while one moves from practice to practice, also where nothing bears on it.
    await page.keyboard.press('j');
    await page.getByText('No row of this practice bears on safety.').waitFor();
    await page.getByRole('link', { name: 'all rows' }).click();
    await page.getByText('No row of this practice bears on safety.').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('side=');
    expect(errors).toEqual([]);
  });

  it('shows on the overview only practices that bear on safety too, with the levels and domains of all rows', async () => {
    await open('/systems/line-3');
    const table = page.locator('table').first();
    const domain = table
      .locator('th[scope=rowgroup]')
      .filter({ hasText: /Enablement/ })
      .first();
    const before = await domain.textContent();
    await page.getByRole('link', { name: /^safety 2/ }).click();
    await page.getByText(/2 of 18 practices have rows that also bear on safety/).waitFor();
    expect(await table.getByText('safety: 1 met, 2 not met').count()).toBe(1);
    expect(await table.locator('a').allTextContents()).toEqual(['Access Control', expect.stringContaining('Event')]);
    expect(await domain.textContent()).toBe(before);
    // What is chosen goes along to the practice.
    await table.getByRole('link', { name: 'Access Control' }).click();
    await page.getByText(/rows also bear on safety. Hiding the others changes no level/).waitFor();
    expect(errors).toEqual([]);
  });

  it('says on a scan which devices somebody has to look into, and what a probe need not find out', async () => {
    const run = fixture.startScan();
    await open(`/scans/${run.summary.id}`);
    const events = page.getByRole('alert').getByRole('listitem');
    await events.nth(1).waitFor();
    expect(await events.allTextContents()).toEqual([
      expect.stringMatching(/SAF-17 slower after the look than before. Answer times before: .*; then: 480 ms$/),
      expect.stringMatching(/SAF-17 no answer after the look. Answer times before: .*; then: no answer$/),
    ]);
    await page.getByText('2 of 3 facts are known without this look, 1 only by it. Known from:').waitFor();
    run.stop();
    expect(errors).toEqual([]);
  });

  it('lists what to ask people next apart from what was passed over, each beside the row that it settles', async () => {
    await open('/systems/line-3');
    await page.getByRole('link', { name: 'Questions' }).click();
    await page.getByText('2 questions, 8 min of people’s time').waitFor();
    const lists = page.locator('main ol');
    expect(await lists.nth(0).locator('> li').count()).toBe(2);
    expect(await lists.nth(1).textContent()).toContain('max@acme-foods.example');
    await page.getByRole('link', { name: 'Did somebody read advisories lately?' }).click();
    await page.waitForURL(/practices\/VAS\?row=vas.l1.advisory-review/);
    expect(errors).toEqual([]);
  });

  it('replays known incidents, the one that works first, down to the row that leaves a step open', async () => {
    await open('/systems/line-3');
    await page.getByRole('link', { name: 'Known incidents' }).click();
    await page.getByText('Every step that a row speaks of would have worked').waitFor();
    const heads = await page.locator('main section h2').allTextContents();
    expect(heads[0]).toBe('A broker that let everybody read');
    await page.getByRole('button', { name: /A water authority/ }).click();
    expect(page.url()).toContain('chain=water-2023');
    await page.getByText('No row speaks of it', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Does nothing that steers the plant answer on the internet?' }).click();
    await page.getByRole('heading', { name: 'Access Control' }).waitFor();
    expect(page.url()).toContain('row=acc.l1.no-open-control-ports');
    expect(errors).toEqual([]);
  });

  it('moves, opens and goes back by keys, and leaves letters alone inside inputs', async () => {
    await open('/systems/line-3');
    await page.getByRole('link', { name: 'Access Control', exact: true }).waitFor();
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement?.id')).toBe('practice-ACM');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Access Control' }).waitFor();
    await page.getByLabel('Claimed by').fill('');
    await page.getByLabel('Claimed by').pressSequentially('jok?');
    expect(await page.getByLabel('Claimed by').inputValue()).toBe('jok?');
    expect(page.url()).toContain('/practices/ACC');
    await page.getByLabel('Claimed by').blur();
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Asset, Change and Configuration Management' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Packaging line 3' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Scans' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.getByLabel(/Single letters as keys/).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    expect(page.url()).toContain('/scans');
    expect(errors).toEqual([]);
  });

  it('follows a running scan, block by block and line by line, until its end', async () => {
    const run = fixture.startScan();
    await open(`/scans/${run.summary.id}`);
    await page.getByRole('button', { name: 'Stop this scan' }).waitFor();
    await until(() => run.listeners.size >= 2, 'the page listens to the scan');
    run.step();
    await page.getByRole('button', { name: 'Cell broker, mqtt: Running' }).waitFor();
    await page.getByText('connect 10.3.1.5:1883', { exact: true }).waitFor();
    await page.getByText('waiting for an answer').waitFor();
    run.runToEnd();
    await page.getByRole('button', { name: 'Cell broker, mqtt: Observed' }).waitFor();
    await page.getByRole('button', { name: 'Palletiser PLC, opcua: Timed out' }).waitFor();
    await page.getByText('The levels were assessed again from this scan.').waitFor();
    expect(await page.getByRole('button', { name: 'Stop this scan' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Light curtain controller, opcua: Blocked by policy' }).click();
    await page.getByText(/by safety rule SAF-07/).waitFor();
    expect(errors).toEqual([]);
  });

  it('shows what each zone waits for, and takes a person’s word that its first devices are well', async () => {
    await open('/systems/line-3/scans');
    const zones = page.getByRole('region', { name: 'How far each zone has come' });
    await zones.getByText('25 Nov 2026, 10:10, or a person who has seen').waitFor();
    await zones.getByText(/outside the windows of zone control/).waitFor();
    expect(await zones.getByRole('button', { name: 'First devices are well' }).count()).toBe(1);
    await zones.getByRole('button', { name: 'First devices are well' }).click();
    expect(fixture.asked.filter((each) => each.includes('widen'))).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'First devices are well' }).click();
    await zones.getByText(/confirmed by somebody at the dashboard/).waitFor();
    await zones.getByText('All devices').waitFor();
    expect(errors).toEqual([]);
  });

  it('asks once before it stops a scan, and says what was kept', async () => {
    const run = fixture.startScan();
    await open(`/scans/${run.summary.id}`);
    await page.getByRole('button', { name: 'Stop this scan' }).click();
    await page.getByText(/What was seen so far is kept/).waitFor();
    expect(run.summary.state).toBe('running');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop this scan' }).click();
    await page.getByText('Stopped. What was seen until then is kept.').waitFor();
    expect(run.summary.state).toBe('stopped');
    expect(errors).toEqual([]);
  });

  it('stops all probes at one click from every page, and asks before they run again', async () => {
    const places: (string | undefined)[] = [];
    for (const path of [
      '/systems/line-3',
      '/systems/line-3/practices/ACC',
      '/scans/scan-41',
      '/nowhere',
      '/evidence/sha256:0',
    ]) {
      await open(path);
      // The button is as wide as its font: measured once that has arrived.
      await page.evaluate('document.fonts.ready.then(() => true)');
      const box = await page.getByRole('button', { name: 'Stop all probes' }).boundingBox();
      places.push(JSON.stringify(box));
      await page.close();
    }
    expect(new Set(places).size).toBe(1);
    await open('/systems/line-3');
    await page.getByRole('button', { name: 'Stop all probes' }).click();
    await page.getByText('All probes are stopped.').waitFor();
    expect(fixture.asked).toContain('POST /stop');
    expect(await page.getByRole('button', { name: 'Scan now' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Let probes run again' }).click();
    expect(fixture.asked).not.toContain('DELETE /stop');
    await page.getByRole('dialog').getByRole('button', { name: 'Let probes run again' }).click();
    await page.getByText('All probes are stopped.').waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
  });

  it('records a decision with a claimed name, tied to the assessment that was seen', async () => {
    await open('/systems/line-3/practices/ACC');
    const send = page.getByRole('button', { name: /^Confirm level 1/ });
    await send.waitFor();
    expect(await send.isDisabled()).toBe(true);
    await page.getByText('Missing: claimed by.').waitFor();
    await page.getByLabel('Claimed by').fill('Max Keller');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Recorded: confirmed 1, claimed by Max Keller.').waitFor();
    expect(fixture.decisions[0]).toMatchObject({
      practice: 'ACC',
      kind: 'confirm',
      level: 1,
      assessment: 'assessment-42',
      by: 'Max Keller',
    });
    await page.getByText(/Max Keller confirmed 1/).waitFor();
    expect(errors).toEqual([]);
  });

  it('says that a newer assessment arrived before anything is sent', async () => {
    await open('/systems/line-3/practices/ACC');
    await page.getByLabel('Claimed by').fill('Max Keller');
    fixture.reassess();
    await page.getByText(/A newer assessment arrived/).waitFor();
    expect(await page.getByRole('button', { name: /^Confirm level 1/ }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Decide on the newer one' }).click();
    await page.getByRole('button', { name: /^Confirm level 1/ }).click();
    await page.getByText(/Recorded: confirmed 1/).waitFor();
    expect(fixture.decisions[0]?.assessment).toBe('assessment-43');
  });

  it('switches every act off while the past is shown, and says so across the top', async () => {
    await open('/systems/line-3/practices/ACC?asOf=2026-11-01T00:00:00.000Z');
    await page.getByText(/You see the state of 1 Nov 2026, 01:00/).waitFor();
    await page.getByText('Off: you are looking at the past.').first().waitFor();
    expect(fixture.asked.some((each) => each.startsWith('GET /systems/line-3/practices/ACC?asOf=2026-11-01'))).toBe(
      true,
    );
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('radio', { name: /Confirm 1 Minimum/ }).waitFor();
    expect(await page.getByRole('radio', { name: /Confirm 1 Minimum/ }).isEnabled()).toBe(true);
  });

  it('breaks and mends the demo plant, and is silent about one that does not run', async () => {
    await open('/systems/line-3');
    await page.getByRole('link', { name: 'Demo plant' }).click();
    await page.getByRole('button', { name: 'Break: Pick robot shows an expired certificate' }).click();
    await page.getByRole('button', { name: 'Mend: Pick robot shows an expired certificate' }).waitFor();
    await page.close();
    const plain = await startFixture();
    const made = await visit(browser, `${plain.url}/systems/line-3`);
    await made.page.getByRole('link', { name: 'Access Control', exact: true }).waitFor();
    await until(() => plain.asked.includes('GET /demo'), 'the page asked for the demo plant');
    expect(await made.page.getByRole('link', { name: 'Demo plant' }).count()).toBe(0);
    await made.page.close();
    await plain.stop();
  });

  it('starts a scan and opens its page', async () => {
    await open('/systems/line-3');
    await page.getByRole('button', { name: 'Scan now' }).click();
    await page.getByRole('button', { name: 'Stop this scan' }).waitFor();
    expect(fixture.running()?.summary.askedBy).toBe('nobody signed in');
    expect(errors).toEqual([]);
  });

  it('decides at the foot of a narrow page, its choices in a sheet, with targets of 44 px', async () => {
    await open('/systems/line-3/practices/ACC', { width: 390 });
    const confirm = page.getByRole('button', { name: 'Confirm 1', exact: true });
    expect((await confirm.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect((await page.getByRole('button', { name: 'Stop all probes' }).boundingBox())?.height).toBeGreaterThanOrEqual(
      44,
    );
    await confirm.click();
    await page.getByLabel('Claimed by').fill('Max');
    await page.getByRole('button', { name: /^Confirm level 1/ }).click();
    await page.getByText(/Recorded: confirmed 1/).waitFor();
    expect(errors).toEqual([]);
  });
});
