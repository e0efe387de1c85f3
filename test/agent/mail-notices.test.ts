import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { sendMail } from '../../agent/mail.ts';
import type { Mailbox, Plant } from '../../server/contract/plant.ts';
import { authority, issue } from '../support/certificates.ts';
import { freePort, temporaryFolder } from '../support/program.ts';
import { describeWithSmtp, type SmtpServer, type SmtpSetup, startSmtp } from '../support/smtp-server.ts';
import { assetOf, bench, fakeCollector, infrastructure, listen, plantOf, probeOf } from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const account = { user: 'plimsoll', password: 'correct-horse-battery' };
const [soc, shift] = ['soc@plant.example', 'shift@plant.example'];

/** This machine by an address that counts as another one: Linux leads it to itself. */
const elsewhere = '0.0.0.0';

async function certified(): Promise<{ certificate: { certificate: string; key: string }; root: string }> {
  const root = await authority('Plant root');
  const { chain, certificate, key } = await issue({ name: 'mail', ip: [elsewhere, '127.0.0.1'] }, root);
  return { certificate: { certificate: chain === '' ? certificate : chain, key }, root: root.certificate };
}

async function server(setup: SmtpSetup): Promise<SmtpServer> {
  const started = await infrastructure(() => startSmtp(setup));
  open.push({ close: () => started.stop() });
  return started;
}

/** One device, and a plant that tells a mailbox of looks at it. */
async function scene(given: { mail: Partial<Mailbox> & { server: string }; trust?: string[]; required?: boolean }) {
  const device = await listen();
  open.push(device);
  const state = { asked: 0, told: 0 };
  let received = () => 0;
  const made = bench([
    fakeCollector({
      async collect(look) {
        (await look.request('tcp.connect'))();
        state.asked += 1;
        state.told = received();
      },
    }),
  ]);
  open.push(made);
  const folder = temporaryFolder('mail');
  open.push({ close: async () => folder.remove() });
  writeFileSync(join(folder.path, 'password'), account.password);
  const plain = plantOf([assetOf('a', { probes: [probeOf(device.port)] })], {
    credentials: {
      post: { kind: 'password', plain: { username: account.user }, secret: { password: { file: 'password' } } },
    },
  });
  const { required = true, trust = [] } = given;
  const mail = { to: [soc, shift], from: 'plimsoll@plant.example', ...given.mail };
  const plant: Plant = {
    ...plain,
    trust,
    file: join(folder.path, 'plant.yaml'),
    site: { ...plain.site, notices: [{ mail, required }] },
  };
  return {
    made,
    state,
    scan: () => made.scan(plant),
    watch(count: () => number) {
      received = count;
    },
  };
}

describeWithSmtp('notices by mail', () => {
  it.each([
    ['STARTTLS', 'smtp', 'starttls'],
    ['TLS from the first byte', 'smtps', 'implicit'],
  ] as const)('SAF-50: over %s everybody has it before the first packet and after the last', async (_, scheme, tls) => {
    const { certificate, root } = await certified();
    const post = await server({ certificate, tls, account });
    const at = { server: `${scheme}://${elsewhere}:${post.port}`, credential: 'post' };
    const { scan, state, watch, made } = await scene({ mail: at, trust: [root] });
    watch(() => post.received().length);
    expect((await scan()).map(({ outcome }) => outcome)).toEqual(['observed']);
    expect(state).toEqual({ asked: 1, told: 1 });
    expect(made.faults).toEqual([]);
    const [begin, end] = post.received();
    expect(begin).toMatchObject({
      from: 'plimsoll@plant.example',
      to: [soc, shift],
      subject: 'Plimsoll: the scan of line at north begins',
      text: expect.stringContaining('- a, 127.0.0.1 (tls://127.0.0.1:'),
      attached: { event: 'begin', site: 'north', targets: [{ asset: 'a', tier: 'T2' }] },
      tls: true,
      user: account.user,
    });
    expect(end).toMatchObject({ subject: 'Plimsoll: the scan of line at north has ended' });
    expect(end?.text).toContain('Outcomes: 1 observed');
  });

  it.each<[string, SmtpSetup & { certified?: true; trusted?: true }, string]>([
    ['a server without TLS elsewhere', {}, 'offered no TLS that can be trusted'],
    ['a certificate that nobody vouches for', { certified: true }, 'offered no TLS that can be trusted'],
    [
      'one recipient that the server does not know',
      { certified: true, trusted: true, refuses: shift },
      'the mail server refused 1 of 2',
    ],
    [
      'an account that it does not know',
      { certified: true, trusted: true, account: { user: 'plimsoll', password: 'another' } },
      'the mail server refused the account',
    ],
  ])('SAF-50: %s: nothing is sent to the device, and no secret is told', async (_, setup, why) => {
    const { certificate, root } = await certified();
    const { certified: wanted, trusted, ...rest } = setup;
    const post = await server({ ...rest, ...(wanted ? { certificate } : {}) });
    const { scan, state } = await scene({
      mail: {
        server: `smtp://${elsewhere}:${post.port}`,
        ...(setup.account === undefined ? {} : { credential: 'post' }),
      },
      trust: trusted ? [root] : [],
    });
    const seen = await scan();
    expect(seen).toMatchObject([{ outcome: 'blocked', rule: 'SAF-50', detail: expect.stringContaining(why) }]);
    expect(state.asked).toBe(0);
    expect(JSON.stringify(seen)).not.toContain(account.password);
  });

  it('SAF-50: a server that is down holds back what needs telling, and is reported where it need not be', async () => {
    const at = { server: `smtp://127.0.0.1:${await freePort()}` };
    const needed = await scene({ mail: at });
    expect(await needed.scan()).toMatchObject([
      { outcome: 'blocked', rule: 'SAF-50', detail: expect.stringContaining('the mail server was not reached') },
    ]);
    const wished = await scene({ mail: at, required: false });
    expect(await wished.scan()).toMatchObject([{ outcome: 'observed' }]);
    expect(wished.made.faults.map(({ message }) => message)).toEqual([
      expect.stringContaining('notice not delivered: site.notices[0]: the mail server was not reached'),
      expect.stringContaining('notice not delivered: site.notices[0]: the mail server was not reached'),
    ]);
  });

  it('SAF-50: clear text goes no further than this machine', async () => {
    const post = await server({});
    const { scan } = await scene({ mail: { server: `smtp://127.0.0.1:${post.port}` } });
    expect(await scan()).toMatchObject([{ outcome: 'observed' }]);
    expect(post.received().map(({ tls }) => tls)).toEqual([false, false]);
  });

  it('SAF-50: a server that takes the connection and says nothing is given up', async () => {
    const silent = await infrastructure(() => listen());
    open.push(silent);
    const box = { to: [soc], from: shift, server: `smtp://127.0.0.1:${silent.port}` };
    const mail = { subject: 's', text: 't', attached: {} };
    await expect(infrastructure(() => sendMail(box, mail, { trust: [], patienceMs: 300 }))).rejects.toThrow(
      'did not answer in time',
    );
  });
});
