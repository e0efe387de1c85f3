/** Asks one Modbus device who it is, on one connection, one question after the other. */
import { ask } from '../channel/ask.ts';
import { type Line, withLine } from '../channel/connection.ts';
import { deviceName } from '../channel/device-name.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { Ended, endedBy } from '../contract/collector.ts';
import { readModbus } from './facts.ts';
import {
  type Category,
  type Conformity,
  type Identification,
  identificationRequest,
  longestFrame,
  readIdentificationAnswer,
} from './frames.ts';
import { type ModbusOptions, modbusManifest, mostPerCategory } from './manifest.ts';
import { emptyRecord, type ModbusRaw, objectNames } from './raw.ts';

const connectMs = 5000;
const answerMs = 5000;

export const modbusCollector: Collector<ModbusOptions, ModbusRaw> = {
  manifest: modbusManifest,
  begin: emptyRecord,
  collect,
  read: readModbus,
};

interface Run {
  readonly look: Look<ModbusOptions>;
  readonly line: Line;
  readonly raw: ModbusRaw;
  /** Number of the last question. */
  asked: number;
}

async function collect(look: Look<ModbusOptions>, raw: ModbusRaw): Promise<void> {
  const connected = () => {
    raw.listening = true;
    raw.connectedAt = look.now();
    look.note(`connected to port ${look.target.port}`);
  };
  try {
    await withLine(look, { kind: 'modbus.connect', connectMs, connected }, async (line) => {
      line.answered();
      const run: Run = { look, line, raw, asked: 0 };
      const conformity = await identify(run, 'basic');
      // A device that says it knows no more than the basic category is not asked for more.
      if (look.options.category === 'regular' && (conformity ?? 1) >= 2) await identify(run, 'regular');
    });
  } catch (error) {
    const end = endedBy(error);
    if (end?.outcome === 'unreachable' && end.message === 'ECONNREFUSED') raw.listening ??= false;
    throw error;
  }
}

/** Reads one category to its end, or as far as we go; resolves with what the device says of its own conformity. */
async function identify(run: Run, category: Category): Promise<Conformity | undefined> {
  const { raw, look } = run;
  let object = 0;
  let conformity: Conformity | undefined;
  for (let count = 0; count < mostPerCategory; count += 1) {
    const found = await question(run, category, object);
    if (found.kind === 'exception') {
      stopAt(found.code, run);
      if (category === 'basic') raw.exception ??= found.code;
      return undefined;
    }
    conformity ??= found.conformity;
    for (const [id, bytes] of found.objects) if (!raw.objects.has(id)) raw.objects.set(id, bytes);
    const maker = deviceName(found.objects.get(0));
    if (maker !== undefined) look.identified(maker);
    // A list that goes back would never end.
    if (found.next === undefined || found.next <= object || found.next > 0x7f) return conformity;
    object = found.next;
  }
  look.note(`the ${category} category goes on after ${mostPerCategory} answers, which is as far as we read`);
  return conformity;
}

async function question(run: Run, category: Category, object: number): Promise<Identification> {
  const { look, line, raw } = run;
  run.asked += 1;
  const asked = { transaction: run.asked, unit: look.options.unit, category, object };
  look.note(`read device identification, ${category}, from object ${object}, unit ${asked.unit}`);
  const found = await ask(look, line, {
    kind: 'modbus.identify',
    bytes: identificationRequest(asked),
    read: (bytes) => readIdentificationAnswer(bytes, asked),
    mostBytes: longestFrame,
    ms: answerMs,
    what: 'answer in Modbus',
  });
  // Of a gateway's own word about a unit behind it nothing follows for that unit.
  raw.speaks ||= found.kind === 'objects' || found.code < 10;
  note(look, found);
  return found;
}

function note(look: Look, found: Identification): void {
  if (found.kind === 'exception') look.note(`exception ${found.code}`);
  else
    for (const [id, bytes] of found.objects) {
      look.note(`${objectNames[id] ?? `object ${id}`}: ${JSON.stringify(deviceName(bytes) ?? '')}`);
    }
}

/** Exceptions that speak of the device's state and not of the question (section 7): nothing more is asked then. */
function stopAt(code: number, { look }: Run): void {
  if (code === 4 || code === 5 || code === 6) {
    const state = code === 4 ? 'has failed' : 'is busy';
    throw new Ended('aborted', `the device says that it ${state} (exception ${code})`, { rule: 'SAF-16' });
  }
  const behind = `unit ${look.options.unit} behind the gateway`;
  if (code === 10) throw new Ended('unreachable', `no path to ${behind} (exception 10)`);
  if (code === 11) throw new Ended('timedOut', `no answer from ${behind} (exception 11)`);
}
