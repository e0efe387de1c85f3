#!/usr/bin/env node
/**
 * The command line, and the one place where server and agent meet. Each command loads only what it needs.
 *
 * Exit codes, the first that holds: 2 bad input or configuration (nothing contacted, nothing written), 1 a proposal
 * below its target, 3 a planned probe that was not observed, 0 otherwise.
 */
import { enableCompileCache } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';
import { explainEnd } from './commands/end.ts';

// Commands are loaded when they are called; what they load was compiled at an earlier start.
enableCompileCache();

// Whoever reads our output may stop reading: `plimsoll facts | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
});

const program = new Command('plimsoll')
  .description(
    'Continuous assessment against the IoT Security Maturity Model: reads devices, gateways and what people say, and\n' +
      'proposes the maturity level of each of the 18 practices, with the reason for it.',
  )
  // `demo` and `demo break` both know --port: what follows a subcommand is the subcommand's.
  .enablePositionalOptions()
  .showHelpAfterError('(plimsoll COMMAND --help shows examples)')
  .configureHelp({ sortSubcommands: false });

const json = new Option('--json', 'print one JSON value on stdout and nothing else there');

program
  .command('demo')
  .enablePositionalOptions()
  .description('start a plant of real protocol servers on this machine and watch it being assessed')
  .option('--port <port>', 'where the dashboard answers', wholeNumber, 8080)
  .option('--data <folder>', 'data folder', './data/demo')
  .addHelpText(
    'after',
    examples('npm run demo', 'plimsoll demo break cell-broker-anonymous', 'plimsoll demo mend cell-broker-anonymous'),
  )
  .action(act(async (options) => (await import('./commands/demo.ts')).demo(options)))
  .addCommand(
    new Command('break')
      .description('break a device of the running demo plant on purpose; without a name: list what can be broken')
      .argument('[name]')
      .option('--port <port>', 'port of the running demo', wholeNumber, 8080)
      .action(act(async (name, options) => (await import('./commands/demo.ts')).setFlaw(name, 'break', options))),
  )
  .addCommand(
    new Command('mend')
      .description('mend it again')
      .argument('[name]')
      .option('--port <port>', 'port of the running demo', wholeNumber, 8080)
      .action(act(async (name, options) => (await import('./commands/demo.ts')).setFlaw(name, 'mend', options))),
  );

program
  .command('up')
  .description('serve API and dashboard for a plant and scan it on schedule')
  .requiredOption('--plant <file>', 'plant file')
  .option('--data <folder>', 'data folder', './data')
  .option('--port <port>', 'port on loopback', wholeNumber, 8080)
  .option('--database <url>', 'PostgreSQL URL; default: SQLite in the data folder')
  .addHelpText(
    'after',
    examples('npm start -- --plant plant.yaml', 'npm start -- --plant plant.yaml --data /var/lib/plimsoll --port 8443'),
  )
  .action(act(async (options) => (await import('./commands/up.ts')).up(options)));

program
  .command('scan')
  .description('scan a plant once, assess it and print the proposed levels')
  .argument('<plant>', 'plant file')
  .addOption(json)
  .option('--data <folder>', 'data folder', './data')
  .option('--now <instant>', 'assess as of this instant', instant)
  .option('--dry-run', 'print the plan, every kind of request with its upper bound, and send nothing')
  .option('--save <file>', 'write one line per observation, for "assess --observations"')
  .addHelpText(
    'after',
    examples(
      'plimsoll scan plant.yaml --dry-run',
      'plimsoll scan plant.yaml',
      'plimsoll scan plant.yaml --json --save seen.jsonl',
    ),
  )
  .action(act(async (plant, options) => (await import('./commands/scan.ts')).scan(plant, options)));

program
  .command('collect')
  .description('one probe by hand: look at one target and print what was seen')
  .argument('<collector>', 'mqtt, tls, opcua, snmp, ssh, passive, modbus, enip, bacnet')
  .argument('<url>', 'target, or file: for a document')
  .addOption(json)
  .option('--credential <name>', 'name in the credentials file')
  .option('--credentials <file>', 'YAML with a credentials map as in a plant file')
  .option('--trust <file...>', 'PEM anchors')
  .addOption(
    new Option('--tier <tier>', 'how far to go; T4 is your consent to negative tests, and is recorded')
      .choices(['T0', 'T1', 'T2', 'T3', 'T4'])
      .default('T3'),
  )
  .option('--option <key=value...>', 'option of the collector')
  .addHelpText(
    'after',
    examples(
      'plimsoll collect tls tls://127.0.0.1:8443',
      'plimsoll collect mqtt mqtt://127.0.0.1:1883 --tier T4 --json',
      'plimsoll collect snmp snmp://127.0.0.1 --credentials c.yaml --credential reader',
      'plimsoll collect modbus modbus://127.0.0.1:5020 --option unit=1',
    ),
  )
  .action(
    act(async (collector, url, options) => (await import('./commands/collect.ts')).collect(collector, url, options)),
  );

program
  .command('assess')
  .description('assess a plant from saved observations or a data folder: contacts and stores nothing')
  .argument('<plant>', 'plant file')
  .option('--observations <file>', 'JSON lines as "scan --save" writes them')
  .option('--data <folder>', 'or a data folder, which is only read')
  .option('--previous <file>', 'what "scan --json" or "assess --json" printed the time before: rows read its levels')
  .option('--now <instant>', 'assess as of this instant', instant)
  .option('--rules <folder>', 'rule pack instead of the one that ships')
  .option('--overlay <folder>', 'industry or system overlay that adds or tightens')
  .addOption(json)
  .addHelpText(
    'after',
    examples(
      'plimsoll assess plant.yaml --observations seen.jsonl --now 2026-11-24T00:00:00Z',
      'plimsoll assess plant.yaml --observations seen.jsonl --previous last-week.json',
      'plimsoll assess plant.yaml --data ./data --json',
    ),
  )
  .action(act(async (plant, options) => (await import('./commands/assess.ts')).assessFile(plant, options)));

program
  .command('interview')
  .description('ask people what no probe can see, first what settles most per minute, and keep it as statements')
  .argument('<plant>', 'plant file')
  .option('--system <id>', 'which system, where the plant has several')
  .option('--out <file>', 'statement file to write or extend; default: interview-SYSTEM.yaml beside the plant file')
  .option('--by <name>', 'who answers; asked where absent')
  .option('--minutes <count>', "stop when this much of people's time is used up, by the catalogue", minutes)
  .option('--observations <file>', 'what probes saw, as "scan --save" writes it: that is not asked again')
  .option('--data <folder>', 'or a data folder, which is only read: what its server knows is not asked')
  .option('--again', 'ask also what was passed over before')
  .option('--answers <file>', 'recorded answers, JSON lines of key and answer, instead of a person')
  .option('--now <instant>', 'as of this instant', instant)
  .addOption(json)
  .addHelpText(
    'after',
    examples(
      'plimsoll interview plant.yaml',
      'plimsoll interview plant.yaml --system line-3 --by ada@example.com --minutes 90',
      'plimsoll interview plant.yaml --out statements/interview.yaml   # again later: goes on where it was left',
      'plimsoll interview plant.yaml --again   # and what nobody knew last time',
    ),
  )
  .action(act(async (plant, options) => (await import('./commands/interview.ts')).interview(plant, options)));

program
  .command('report')
  .description('two printable pages for an owner, then a work list per asset; contacts nothing')
  .argument('<plant>', 'plant file')
  .option('--html', 'one HTML file that needs nothing else (default)')
  .option('--observations <file>', 'what probes saw, as "scan --save" writes it')
  .option('--data <folder>', 'or a data folder, which is only read')
  .option('--system <id>', 'only this system')
  .option('--out <file>', 'where to write the HTML; default: stdout')
  .option('--csv <file>', 'also write the work lists as a table')
  .option('--now <instant>', 'as of this instant', instant)
  .addOption(json)
  .addHelpText(
    'after',
    examples(
      'plimsoll report plant.yaml --html --observations seen.jsonl --out report.html',
      'plimsoll report plant.yaml --data ./data --out report.html --csv work.csv',
    ),
  )
  .action(act(async (plant, options) => (await import('./commands/report.ts')).report(plant, options)));

program
  .command('verify')
  .description('recompute every digest, link and signature of a data folder or exported package')
  .argument('<path>', 'data folder or package')
  .option('--trust <key>', 'public key (PEM file) that must have signed')
  .option('--replay', 'also make every assessment again, with the rule pack, plant file and evidence of then')
  .addOption(json)
  .addHelpText(
    'after',
    examples(
      'plimsoll verify ./data',
      'plimsoll verify ./data --trust server.pub.pem --json',
      'plimsoll verify evidence.jsonl --replay',
    ),
  )
  .action(act(async (path, options) => (await import('./commands/verify.ts')).verify(path, options)));

program
  .command('export')
  .description('write all sealed evidence of a data folder into one file that anybody can verify')
  .argument('<file>', 'package to write; must not exist')
  .option('--data <folder>', 'data folder', './data')
  .addHelpText('after', examples('plimsoll export evidence.jsonl', 'plimsoll verify evidence.jsonl'))
  .action(act(async (file, options) => (await import('./commands/export.ts')).exportPackage(file, options)));

const importing = program.command('import').description('facts that other systems know; no packet is sent');
importing
  .command('facts')
  .description('check a table of facts against the vocabulary and, with --data, keep it as evidence')
  .argument('<file>', 'CSV or JSON lines: asset (or system, organisation), fact, value, observedAt')
  .requiredOption('--source <kind>', 'siem, cmdb, backup, idp, tickets, firewall, lms ...')
  .requiredOption('--plant <file>', 'plant file')
  .addOption(json)
  .addHelpText('after', examples('plimsoll import facts siem.csv --source siem --plant plant.yaml'))
  .action(act(async (file, options) => (await import('./commands/import.ts')).importFacts(file, options)));
importing
  .command('inventory')
  .description('propose assets from an inventory table: shows the difference, writes nothing until told to')
  .argument('<file>', 'CSV with a heading line')
  .requiredOption('--plant <file>', 'plant file')
  .option('--write <file>', 'write the proposed assets as a list for the plant file')
  .addOption(json)
  .addHelpText('after', examples('plimsoll import inventory assets.csv --plant plant.yaml'))
  .action(act(async (file, options) => (await import('./commands/import.ts')).importInventory(file, options)));

const rules = program.command('rules').description('the rule pack: what is asked, how, and whether it is right');
rules
  .command('check')
  .description('load a pack and report everything that is wrong with it')
  .option('--rules <folder>', 'rule pack instead of the one that ships')
  .addOption(json)
  .action(act(async (options) => (await import('./commands/rules.ts')).check(options)));
rules
  .command('test')
  .description('run the cases that travel with the rules')
  .argument('[indicator]', 'only this one')
  .option('--rules <folder>', 'rule pack instead of the one that ships')
  .addOption(json)
  .action(act(async (indicator, options) => (await import('./commands/rules.ts')).test(indicator, options)));
rules
  .command('explain')
  .description('what a row asks; with a plant why a practice or row stands there as it does, down to what was seen')
  .argument('<what>', 'id of a row, or code of a practice')
  .option('--rules <folder>', 'rule pack instead of the one that ships')
  .option('--plant <file>', 'plant file, with one of the next two')
  .option('--observations <file>', 'JSON lines as "scan --save" writes them')
  .option('--data <folder>', 'or a data folder, which is only read')
  .option('--system <id>', 'only this system')
  .option('--now <instant>', 'as of this instant', instant)
  .addOption(json)
  .addHelpText(
    'after',
    examples(
      'plimsoll rules explain acc.l2.no-anonymous',
      'plimsoll rules explain ACC --plant plant.yaml --data ./data',
      'plimsoll rules explain acc.l2.no-anonymous --plant plant.yaml --observations seen.jsonl',
    ),
  )
  .action(act(async (what, options) => (await import('./commands/rules.ts')).explain(what, options)));
rules
  .command('coverage')
  .description('per row the best way in which this installation can see it; totals per practice')
  .option('--rules <folder>', 'rule pack instead of the one that ships')
  .option('--facts', 'per fact instead of per row, with what does not fill it although it is named')
  .option('--markdown', 'as the page rules/coverage.md, with --facts rules/coverage-facts.md')
  .addOption(json)
  .action(act(async (options) => (await import('./commands/rule-content.ts')).coverage(options)));
rules
  .command('new')
  .description('write a new row with its cases into a pack or overlay of your own; ids are never used twice')
  .argument('<id>', 'practice, level and a slug')
  .requiredOption('--in <folder>', 'folder with the pack.yaml of your overlay')
  .option('--fact <name>', 'what its condition reads first')
  .addOption(json)
  .addHelpText(
    'after',
    examples('plimsoll rules new acc.l2.badge-readers --in ./our-rows --fact auth.anonymous.accepted'),
  )
  .action(act(async (id, options) => (await import('./commands/rule-content.ts')).newRow(id, options)));
rules
  .command('crosswalk')
  .description('which clauses of other frameworks a practice answers to, and back')
  .option('--practice <code>', 'only this practice')
  .option('--framework <id>', 'only this framework')
  .addOption(json)
  .addHelpText('after', examples('plimsoll rules crosswalk --practice ACC --framework iec-62443-3-3'))
  .action(act(async (options) => (await import('./commands/rule-content.ts')).crosswalk(options)));
rules
  .command('impact')
  .description(
    'two packs on the same evidence: which practices move, and which rows are why; exit code 1 when one does',
  )
  .requiredOption('--from <folder>', 'the pack as it was')
  .requiredOption('--to <folder>', 'the pack as it would be')
  .requiredOption('--plant <file>', 'plant file')
  .option('--observations <file>', 'JSON lines as "scan --save" writes them')
  .option('--data <folder>', 'or a data folder, which is only read')
  .option('--now <instant>', 'assess as of this instant', instant)
  .addOption(json)
  .addHelpText(
    'after',
    examples(
      'plimsoll rules impact --from rules/packs/smm --to ../new/smm --plant plant.yaml --observations seen.jsonl',
    ),
  )
  .action(act(async (options) => (await import('./commands/advice.ts')).impact(options)));
rules
  .command('raise')
  .description('the smallest sets of rows that raise a practice, cheapest first')
  .argument('<practice>', 'code, such as ACC')
  .requiredOption('--plant <file>', 'plant file')
  .option('--observations <file>', 'JSON lines as "scan --save" writes them')
  .option('--data <folder>', 'or a data folder, which is only read')
  .addOption(new Option('--to <aim>', 'how far').choices(['next', 'target']).default('target'))
  .option('--now <instant>', 'assess as of this instant', instant)
  .addOption(json)
  .addHelpText('after', examples('plimsoll rules raise ACC --to next --plant plant.yaml --observations seen.jsonl'))
  .action(act(async (practice, options) => (await import('./commands/advice.ts')).raise(practice, options)));
rules
  .command('budget')
  .description('from person days to targets reached, and where not to spend')
  .requiredOption('--plant <file>', 'plant file')
  .option('--observations <file>', 'JSON lines as "scan --save" writes them')
  .option('--data <folder>', 'or a data folder, which is only read')
  .option(
    '--costs <class=days...>',
    'person days of the effort classes; default the plant file, else S=1 M=5 L=20 XL=80',
  )
  .addOption(
    new Option('--unknown <as>', 'what a row costs that nobody has looked at')
      .choices(['missing', 'holds'])
      .default('missing'),
  )
  .option('--now <instant>', 'assess as of this instant', instant)
  .addOption(json)
  .addHelpText('after', examples('plimsoll rules budget --plant plant.yaml --observations seen.jsonl --costs M=4 L=15'))
  .action(act(async (options) => (await import('./commands/advice.ts')).budget(options)));
rules
  .command('incidents')
  .description('known incidents on this evidence: which steps would have worked, and which rows break the chain')
  .requiredOption('--plant <file>', 'plant file')
  .option('--observations <file>', 'JSON lines as "scan --save" writes them')
  .option('--data <folder>', 'or a data folder, which is only read')
  .option('--now <instant>', 'assess as of this instant', instant)
  .addOption(json)
  .action(act(async (options) => (await import('./commands/advice.ts')).incidents(options)));

const plants = program.command('plant').description('the plant file');
plants
  .command('schema')
  .description('print the JSON Schema of the plant file')
  .action(act(async () => (await import('./commands/plant.ts')).schema()));
plants
  .command('check')
  .description('report everything that is wrong with a plant file, every default that was assumed, and what may run')
  .argument('<plant>', 'plant file')
  .addOption(json)
  .action(act(async (plant, options) => (await import('./commands/plant.ts')).check(plant, options)));

plants
  .command('manifest')
  .description('print what a signer of the target list signs: the digests of the plant file and of all that it reads')
  .argument('<plant>', 'plant file')
  .addHelpText(
    'after',
    examples(
      'plimsoll plant manifest plant.yaml | ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n plimsoll-targets > plant.yaml.sig',
      'PLIMSOLL_SIGNERS=/etc/plimsoll/signers plimsoll plant check plant.yaml   # signed by whom',
    ),
  )
  .action(act(async (plant) => (await import('./commands/plant.ts')).manifest(plant)));

plants
  .command('stations')
  .description('who was seen in each zone, against the inventory: unknown, missing, ambiguous, known')
  .argument('<plant>', 'plant file')
  .option('--observations <file>', 'JSON lines as "scan --save" writes them')
  .option('--data <folder>', 'or a data folder, which is only read')
  .option('--now <instant>', 'as of this instant', instant)
  .addOption(new Option('--state <state>', 'only these').choices(['unknown', 'missing', 'ambiguous', 'known']))
  .addOption(json)
  .addHelpText('after', examples('plimsoll plant stations plant.yaml --data ./data --state unknown'))
  .action(act(async (plant, options) => (await import('./commands/stations.ts')).stations(plant, options)));

plants
  .command('steps')
  .description('how far the looks at each zone have come, and what the next step waits for')
  .argument('<plant>', 'plant file')
  .option('--data <folder>', 'data folder', './data')
  .option('--widen <zone>', 'say that the first devices of this zone are well, so that the others may follow')
  .option('--by <name>', 'who says so')
  .addOption(json)
  .addHelpText(
    'after',
    examples('plimsoll plant steps plant.yaml', 'plimsoll plant steps plant.yaml --widen cell-3 --by ada@example.com'),
  )
  .action(act(async (plant, options) => (await import('./commands/steps.ts')).steps(plant, options)));

program
  .command('facts')
  .description('the fact vocabulary: name, type, unit, freshness, who fills it')
  .option('--statements', 'by statement type: what a person may say, and how')
  .option('--collectors', 'the page collectors/facts.md: which collector fills which fact, and why not')
  .option('--markdown', 'with --statements: as the page server/contract/statements.md')
  .option('--filled-by <source>', 'only facts of one source')
  .addOption(json)
  .addHelpText('after', examples('plimsoll facts --filled-by mqtt', 'plimsoll facts --statements'))
  .action(act(async (options) => (await import('./commands/facts.ts')).facts(options)));

program
  .command('stop')
  .description('kill switch: stop all probes of a running server, now; --resume lets them run again')
  .option('--port <port>', 'port of the running server', wholeNumber, 8080)
  .option('--by <name>', 'who stops', process.env.USER ?? 'operator')
  .option('--resume', 'let probes run again')
  .addHelpText('after', examples('plimsoll stop', 'plimsoll stop --resume --by max@example.com'))
  .action(act(async (options) => (await import('./commands/stop.ts')).stop(options)));

await program.parseAsync();

/** Runs a command; its result is the exit code, and bad input is told in full. */
function act<A extends unknown[]>(command: (...args: A) => Promise<number>): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      process.exitCode = await command(...args);
    } catch (error) {
      process.exitCode = explainEnd(error);
    }
  };
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('expected a port from 0 to 65535');
  return value;
}

function minutes(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number of minutes');
  return value;
}

function instant(text: string): Date {
  const value = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(value.getTime())) {
    throw new InvalidArgumentError('expected an instant such as 2026-11-24T00:00:00Z');
  }
  return value;
}
