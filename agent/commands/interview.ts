/** Asks people what no probe can see, in the order of what it settles, and keeps the answers as statements. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';
import { collectors } from '../../collectors/registry.ts';
import { nextQuestions, type Question } from '../../rules/advice/next-minute.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import { levelNames } from '../../rules/engine/model.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import type { PracticeResult } from '../../rules/engine/result.ts';
import type { Plant, PlantSystem } from '../../server/contract/plant.ts';
import { assessInput } from '../../server/plant/assess-input.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { loadPlant } from '../../server/plant/load-plant.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { readObservations, type Seen } from '../../server/plant/observation-lines.ts';
import { withPromises } from '../../server/plant/promised.ts';
import { askQuestion, type Ending } from '../interview/dialogue.ts';
import { attestationsFor, emptySetFor, type Filing, notApplicableFor, type Speaker } from '../interview/filing.ts';
import { openStatementFile, type StatementFile } from '../interview/statement-file.ts';
import { recordedAnswers, type Terminal, terminalOn } from '../interview/terminal.ts';
import { UserError } from './end.ts';
import { printJson } from './print.ts';
import { openPack } from './product.ts';

const manifests = collectors.map((entry) => entry.manifest);

export interface InterviewOptions {
  readonly system?: string;
  readonly out?: string;
  readonly answers?: string;
  readonly by?: string;
  readonly minutes?: number;
  /** What probes saw: it is not asked. */
  readonly observations?: string;
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
  const session = new Session(plantFile, options);
  const output = options.json ? process.stderr : process.stdout;
  const terminal =
    options.answers === undefined
      ? terminalOn(process.stdin, output)
      : recordedAnswers(readAnswers(options.answers), (line) => void (options.json || output.write(`${line}\n`)));
  try {
    return await session.run(terminal);
  } finally {
    terminal.close();
  }
}

class Session {
  private readonly options: InterviewOptions;
  private readonly pack: Pack;
  private readonly plant: Plant;
  private readonly system: PlantSystem;
  private readonly file: StatementFile;
  private readonly now: Date;
  private readonly today: string;
  private readonly asked = new Set<string>();
  private readonly seen: readonly Seen[];
  private by: string | undefined;

  constructor(plantFile: string, options: InterviewOptions) {
    this.options = options;
    this.now = options.now ?? new Date();
    this.pack = openPack();
    const plant = loadPlant(plantFile, { now: this.now, collectors: manifests });
    this.system = systemIn(plant, options.system);
    const out = resolve(options.out ?? `${dirname(plant.file)}/interview-${this.system.id}.yaml`);
    this.plant = plant.statements.includes(out) ? plant : { ...plant, statements: [...plant.statements, out] };
    this.today = new Intl.DateTimeFormat('sv-SE', { timeZone: plant.site.timeZone }).format(this.now);
    this.by = options.by;
    this.seen =
      options.observations === undefined
        ? []
        : withPromises(readObservations(options.observations, plant, this.now).seen, plant, manifests);
    // Everything that is wrong with plant and statements is told before the first question.
    this.input(existsSync(out) ? this.plant : plant);
    this.file = openStatementFile(out);
  }

  async run(terminal: Terminal): Promise<Step[]> {
    const { listed, system } = { listed: this.isListed(), system: this.system };
    terminal.say(`${system.name}: q leaves, s skips, ? is "nobody here knows", na is "does not apply".`);
    const steps: Step[] = [];
    let minutes = 0;
    let input = this.input(existsSync(this.file.path) ? this.plant : this.withoutFile());
    let results = this.levels(input);
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
        input = this.input(this.plant);
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

  private next(input: AssessInput): Question | undefined {
    const question = nextQuestions(this.pack, input).find((each) => each.way === 'ask' && !this.asked.has(keyOf(each)));
    if (question !== undefined) this.asked.add(keyOf(question));
    return question;
  }

  private introduce(terminal: Terminal, { rows, minutes, buys }: Question): void {
    terminal.say('');
    for (const { practice, question } of rows) terminal.say(`${practice}  ${question}`);
    terminal.say(`     ${minutes} min; ${buys}`);
  }

  /** Whether something was written; undefined: the person left. */
  private async filed(terminal: Terminal, question: Question, ending: Ending): Promise<boolean | undefined> {
    if (ending.kind === 'skipped' || ending.kind === 'left') return false;
    const speaker = await this.speaker(terminal, ending.kind === 'said');
    if (speaker === undefined) return undefined;
    const { file, today } = this;
    const filing: Filing = {
      ...{ speaker, today, has: (id) => file.has(id) || this.isTaken(id) },
      system: this.system.id,
      organisation: this.plant.organisation.id,
    };
    if (ending.kind === 'said') file.append(attestationsFor(question, ending.sayings, filing));
    else if (ending.kind === 'empty') file.append([emptySetFor(question, ending.reason, filing)]);
    else file.append(notApplicableFor(question, ending, filing));
    return true;
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

  private input(plant: Plant): AssessInput {
    const statements = loadStatements(plant, { indicators: new Set(this.pack.byId.keys()) });
    const imports = loadFactImports(plant);
    const { now, seen } = this;
    return assessInput(plant, this.system.id, { now, evidence: { observations: seen, statements, imports } });
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
    return loadPlantStatements(this.plant.file, this.now).includes(this.file.path);
  }

  private closing(listed: boolean, steps: readonly Step[]): string {
    if (steps.every(({ ending }) => ending === 'skipped')) return 'Nothing was written.';
    const kept = `The answers are in ${this.file.path}.`;
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

function loadPlantStatements(file: string, now: Date): readonly string[] {
  return loadPlant(file, { now, collectors: manifests }).statements;
}

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

const recordedSchema = z.strictObject({ key: z.string().min(1), answer: z.string() });

function readAnswers(file: string): Map<string, string> {
  const answers = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = recordedSchema.safeParse(jsonOf(line));
    if (parsed.success) answers.set(parsed.data.key, parsed.data.answer);
    else problems.push(`${file}:${index + 1} expected {"key": ..., "answer": ...}, found ${line.slice(0, 80)}`);
  }
  if (problems.length > 0) throw new UserError(problems.join('\n'));
  return answers;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // Not JSON: the schema says what was expected.
    return undefined;
  }
}
