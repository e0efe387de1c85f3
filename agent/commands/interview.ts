/** Asks people what no probe can see, in the order of what it settles, and keeps the answers as statements. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { collectors } from '../../collectors/registry.ts';
import { nextQuestions, type Question } from '../../rules/advice/next-minute.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import { levelNames } from '../../rules/engine/model.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import type { PracticeResult } from '../../rules/engine/result.ts';
import type { Lacking } from '../../server/contract/interview/asked.ts';
import {
  attestationsFor,
  emptySetFor,
  type Filing,
  notApplicableFor,
  type Speaker,
} from '../../server/contract/interview/filing.ts';
import { openPart, type Passed, passedFileOf } from '../../server/contract/interview/passed.ts';
import { headingOf, worthOf } from '../../server/contract/interview/wording.ts';
import type { Plant, PlantSystem } from '../../server/contract/plant.ts';
import { knownInput } from '../../server/known-input.ts';
import { openPacks, type Packs } from '../../server/packs.ts';
import { assessInput } from '../../server/plant/assess-input.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { readObservations, type Seen } from '../../server/plant/observation-lines.ts';
import { defaultStatementFile, passedOf, readPassed } from '../../server/plant/passed-questions.ts';
import { withPromises } from '../../server/plant/promised.ts';
import { openForReading } from '../../server/store/open.ts';
import type { Database } from '../../server/store/tables.ts';
import { askQuestion, type Ending } from '../interview/dialogue.ts';
import { notePassed } from '../interview/passed-file.ts';
import { openStatementFile, type StatementFile } from '../interview/statement-file.ts';
import { recordedAnswers, type Terminal, terminalOn } from '../interview/terminal.ts';
import { UserError } from './end.ts';
import { printJson } from './print.ts';
import { indicatorsOf, packsFolder, readPlant } from './product.ts';
import { readAnswers } from './recorded-answers.ts';

const manifests = collectors.map((entry) => entry.manifest);

export interface InterviewOptions {
  readonly system?: string;
  readonly out?: string;
  readonly answers?: string;
  readonly by?: string;
  readonly minutes?: number;
  /** What probes saw: it is not asked. */
  readonly observations?: string;
  /** Or a data folder, which is only read: what its server knows is not asked. */
  readonly data?: string;
  /** Ask also what was passed over before. */
  readonly again?: boolean;
  readonly now?: Date;
  readonly json?: boolean;
}

/** One question that was put, and what is known after it. */
export interface Step {
  /** Minutes of people's time so far, by the catalogue. */
  readonly minutes: number;
  readonly question: string;
  readonly ending: Ending['kind'];
  /** Practices with a level, or with a finding that there is none. */
  readonly established: number;
}

export async function interview(plantFile: string, options: InterviewOptions): Promise<number> {
  const steps = await holdInterview(plantFile, options);
  if (options.json) printJson({ steps });
  return 0;
}

/** Holds the interview until the person leaves, the minutes are used up or nothing is left to ask. */
export async function holdInterview(plantFile: string, options: InterviewOptions): Promise<Step[]> {
  const session = await Session.open(plantFile, options);
  const output = options.json ? process.stderr : process.stdout;
  const terminal =
    options.answers === undefined
      ? terminalOn(process.stdin, output)
      : recordedAnswers(readAnswers(options.answers), (line) => void (options.json || output.write(`${line}\n`)));
  try {
    return await session.run(terminal);
  } finally {
    terminal.close();
    await session.close();
  }
}

class Session {
  private readonly options: InterviewOptions;
  private readonly packs: Packs;
  private readonly pack: Pack;
  private readonly plant: Plant;
  private readonly system: PlantSystem;
  private readonly file: StatementFile;
  private readonly now: Date;
  private readonly today: string;
  private readonly asked = new Set<string>();
  /** Passed over, before and in this interview. */
  private passed: Passed[] = [];
  private db: Database | undefined;
  private readonly seen: readonly Seen[];
  private by: string | undefined;
  /** Whoever passes questions over gave no name when asked. */
  private unnamed = false;
  private newlyPassed = 0;

  private constructor(plantFile: string, options: InterviewOptions) {
    this.options = options;
    this.now = options.now ?? new Date();
    this.packs = openPacks(packsFolder);
    const plant = readPlant(plantFile, this.packs, this.now);
    this.system = systemIn(plant, options.system);
    this.pack = this.packs.of(this.system);
    const out = resolve(options.out ?? defaultStatementFile(plant, this.system.id));
    this.plant = plant.statements.includes(out) ? plant : { ...plant, statements: [...plant.statements, out] };
    this.today = new Intl.DateTimeFormat('sv-SE', { timeZone: plant.site.timeZone }).format(this.now);
    this.by = options.by;
    this.seen =
      options.observations === undefined
        ? []
        : withPromises(readObservations(options.observations, plant, this.now).seen, plant, manifests);
    this.file = openStatementFile(out);
    if (options.again !== true) {
      // A file that the plant does not list yet has its own list beside it.
      const listed = plant.statements.includes(out) || out === defaultStatementFile(plant, this.system.id);
      this.passed = [...passedOf(plant, this.system.id), ...(listed ? [] : readPassed(out, this.system.id))];
    }
  }

  /** Everything that is wrong with plant, statements and data folder is told before the first question. */
  static async open(plantFile: string, options: InterviewOptions): Promise<Session> {
    if (options.observations !== undefined && options.data !== undefined)
      throw new UserError('expected either --observations or --data, found both');
    const session = new Session(plantFile, options);
    if (options.data !== undefined) session.db = await openForReading(options.data);
    try {
      await session.input();
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  async close(): Promise<void> {
    await this.db?.destroy();
  }

  async run(terminal: Terminal): Promise<Step[]> {
    const { listed, system } = { listed: this.isListed(), system: this.system };
    terminal.say(`${system.name}: q leaves, s skips, ? is "nobody here knows", na is "does not apply".`);
    const steps: Step[] = [];
    let minutes = 0;
    let input = await this.input();
    let results = this.levels(input);
    this.tellPassed(terminal, input);
    for (;;) {
      const question = this.next(input);
      if (question === undefined || minutes + question.minutes > (this.options.minutes ?? Number.POSITIVE_INFINITY))
        break;
      this.introduce(terminal, question);
      const ending = await askQuestion(question, { terminal, today: this.today, groupsOf: (id) => this.groupsOf(id) });
      if (ending.kind === 'left') break;
      const filed = await this.filed(terminal, question, ending);
      if (filed === undefined) break;
      minutes += question.minutes;
      if (filed) {
        input = await this.input();
        const after = this.levels(input);
        this.tellMoves(terminal, results, after);
        results = after;
      }
      steps.push({ minutes, question: question.id, ending: ending.kind, established: established(results) });
    }
    terminal.say(
      `\n${established(results)} of ${results.length} practices are established. ${this.closing(listed, steps)}`,
    );
    return steps;
  }

  /** The best question that nobody passed over, without what of it was. */
  private next(input: AssessInput): Question | undefined {
    for (const each of nextQuestions(this.pack, input)) {
      const { ask } = each.way === 'ask' ? openPart(each, this.passed) : {};
      if (ask === undefined || this.asked.has(keyOf(ask))) continue;
      this.asked.add(keyOf(ask));
      return ask;
    }
    return undefined;
  }

  private tellPassed(terminal: Terminal, input: AssessInput): void {
    const told = nextQuestions(this.pack, input).flatMap((question) => {
      const { passed } = question.way === 'ask' ? openPart(question, this.passed) : {};
      if (passed === undefined) return [];
      const how = passed.why === 'unknown' ? 'not known' : 'skipped';
      return `  ${headingOf(question)[0] ?? question.id} (${how}, ${passed.by ?? 'no name given'}, ${passed.at.slice(0, 10)})`;
    });
    if (told.length === 0) return;
    terminal.say(`${told.length} questions were passed over before; --again asks them too:`);
    for (const line of told.slice(0, shownPassed)) terminal.say(line);
    if (told.length > shownPassed) terminal.say(`  and ${told.length - shownPassed} more`);
  }

  private introduce(terminal: Terminal, question: Question): void {
    terminal.say('');
    for (const line of headingOf(question)) terminal.say(line);
    terminal.say(`     ${worthOf(question)}`);
  }

  /** Whether something was written; undefined: the person left. */
  private async filed(terminal: Terminal, question: Question, ending: Ending): Promise<boolean | undefined> {
    if (ending.kind === 'left') return false;
    if (ending.kind === 'skipped' || ending.kind === 'unknown')
      return this.pass(terminal, question, { why: ending.kind, lacks: question.lacks });
    const speaker = await this.speaker(terminal, ending.kind === 'said');
    if (speaker === undefined) return undefined;
    const { file, today } = this;
    const filing: Filing = {
      ...{ speaker, today, has: (id) => file.has(id) || this.isTaken(id) },
      system: this.system.id,
      organisation: this.plant.organisation.id,
    };
    if (ending.kind === 'said') {
      file.append(attestationsFor(question, ending.sayings, filing));
      if (ending.open.length > 0) this.keepPassed(question, { why: 'unknown', lacks: ending.open });
    } else if (ending.kind === 'empty') file.append([emptySetFor(question, ending.reason, filing)]);
    else file.append(notApplicableFor(question, ending, filing));
    return true;
  }

  /** Who passes it over is asked once, and may stay unsaid: nothing rests on it. Undefined: the person left. */
  private async pass(terminal: Terminal, question: Question, what: Passing) {
    let left = false;
    if (this.by === undefined && !this.unnamed) {
      const said = await terminal.ask('by', '  Who passes it over? Enter for no name ');
      left = said === undefined || said === 'q';
      if (said !== undefined && !['', '?', 'q', 's'].includes(said)) this.by = said;
      this.unnamed = this.by === undefined;
    }
    this.keepPassed(question, what);
    return left ? undefined : false;
  }

  private keepPassed(question: Question, { why, lacks }: Passing): void {
    const { by, now, system } = this;
    const passed: Passed = {
      ...{ v: 1, system: system.id, question: question.id, why },
      ...(by === undefined ? {} : { by }),
      at: now.toISOString(),
      lacks: lacks.map(({ fact, members, keys }) => ({ fact, members: [...members], keys: [...keys] })),
      ...(question.empty === undefined ? {} : { empty: question.empty }),
    };
    notePassed(this.file.path, passed);
    this.passed.push(passed);
    this.newlyPassed += 1;
  }

  private async speaker(terminal: Terminal, mayShow: boolean): Promise<Speaker | undefined> {
    for (;;) {
      const said = await terminal.ask('by', `  Who says so?${this.by === undefined ? '' : ` [${this.by}]`} `);
      if (said === undefined || said === 'q') return undefined;
      const by = said === '' || said === '?' ? this.by : said;
      if (by !== undefined) {
        this.by = by;
        break;
      }
      terminal.refuse('by', 'expected a name: a statement is somebody’s');
    }
    const { by } = this;
    if (!mayShow) return { by };
    for (;;) {
      const shown = await terminal.ask('shown', '  Told, or shown in a document? Its path, or Enter for told ');
      if (shown === undefined || shown === 'q') return undefined;
      if (shown === '' || shown === '?' || /^t(old)?$/i.test(shown)) return { by };
      const path = resolve(shown);
      if (existsSync(path)) {
        const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
        return { by, document: { file: relative(dirname(this.file.path), path), sha256 } };
      }
      terminal.refuse('shown', `expected the path of a document, found no file ${JSON.stringify(shown)}`);
    }
  }

  private async input(): Promise<AssessInput> {
    const { now, seen, db, system, pack } = this;
    const plant = existsSync(this.file.path) ? this.plant : this.withoutFile();
    const statements = loadStatements(plant, { indicators: indicatorsOf(this.packs, plant) });
    const imports = loadFactImports(plant);
    if (db === undefined)
      return assessInput(plant, system.id, { now, evidence: { observations: seen, statements, imports } });
    return knownInput(db, system.id, { plant, statements, imports, pack, instant: now.toISOString() });
  }

  private levels(input: AssessInput): readonly PracticeResult[] {
    return assess(this.pack, withDerived(this.pack, input)).practices;
  }

  private tellMoves(terminal: Terminal, before: readonly PracticeResult[], after: readonly PracticeResult[]): void {
    const moves = after.flatMap((result, index) => {
      const was = before[index];
      if (was === undefined || (was.level === result.level && was.ceiling === result.ceiling)) return [];
      return `${result.practice}: ${standing(was)} -> ${standing(result)}`;
    });
    terminal.say(moves.length === 0 ? '  Kept. No level moved yet.' : `  Kept. ${moves.join('; ')}`);
  }

  private groupsOf(member: string): Readonly<Record<string, string>> {
    const asset = this.plant.assets.find(({ id }) => id === member);
    return asset === undefined ? {} : { kind: asset.kind, type: asset.type, zone: asset.zone };
  }

  private isTaken(id: string): boolean {
    return loadStatements(this.withoutFile()).some((each) => each.id === id);
  }

  private withoutFile(): Plant {
    return { ...this.plant, statements: this.plant.statements.filter((each) => each !== this.file.path) };
  }

  private isListed(): boolean {
    return readPlant(this.plant.file, this.packs, this.now).statements.includes(this.file.path);
  }

  private closing(listed: boolean, steps: readonly Step[]): string {
    const passed =
      this.newlyPassed === 0 ? '' : `${this.newlyPassed} passed over, noted in ${passedFileOf(this.file.path)}.`;
    if (steps.every(({ ending }) => ending === 'skipped' || ending === 'unknown'))
      return passed === '' ? 'Nothing was written.' : `No statement was written; ${passed}`;
    const kept = `The answers are in ${this.file.path}.${passed === '' ? '' : ` ${passed}`}`;
    const before = this.file.backup === undefined ? '' : ` As it was before: ${this.file.backup}.`;
    if (listed) return kept + before;
    const path = relative(dirname(this.plant.file), this.file.path);
    return `${kept}${before} To let them count, list the file in the plant file: statements: [./${path}]`;
  }
}

function systemIn(plant: Plant, id: string | undefined): PlantSystem {
  const ids = plant.systems.map((each) => each.id).join(', ');
  const found =
    id === undefined && plant.systems.length > 1
      ? undefined
      : (plant.systems.find((each) => each.id === id) ?? (id === undefined ? plant.systems[0] : undefined));
  if (found === undefined) throw new UserError(`expected --system with one of ${ids}, found ${id ?? 'none'}`);
  return found;
}

interface Passing {
  readonly why: Passed['why'];
  readonly lacks: readonly Lacking[];
}

/** Questions passed over before that are named when an interview begins. */
const shownPassed = 5;

function keyOf({ id, lacks, empty }: Question): string {
  return `${id} ${empty ?? ''} ${lacks.map(({ fact, members, keys }) => `${fact}/${members.length}/${keys.join(',')}`).join(' ')}`;
}

function established(results: readonly PracticeResult[]): number {
  return results.filter(({ level }) => level !== null).length;
}

function standing({ level, ceiling }: PracticeResult): string {
  const word = level === null ? 'not established' : `${level} ${levelNames[level]}`;
  return ceiling > (level ?? 0) ? `${word}, could be ${ceiling}` : word;
}
