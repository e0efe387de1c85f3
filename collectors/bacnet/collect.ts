/** Asks one BACnet/IP device who it is, by datagrams to its own address, one question at a time. */
import { openPeer, type Peer } from '../channel/peer.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import { type BacnetRaw, readBacnet, textOf } from './facts.ts';
import { anyInstance, type Message, type PropertyName, readMessage, readRequest, whoIsRequest } from './frames.ts';
import { type BacnetOptions, bacnetManifest } from './manifest.ts';

const answerMs = 4000;

export const bacnetCollector: Collector<BacnetOptions, BacnetRaw> = {
  manifest: bacnetManifest,
  begin: () => ({ texts: new Map(), refused: false }),
  collect,
  timed,
  read: readBacnet,
};

interface Run {
  readonly look: Look<BacnetOptions>;
  readonly peer: Peer;
  readonly raw: BacnetRaw;
}

async function collect(look: Look<BacnetOptions>, raw: BacnetRaw): Promise<void> {
  const peer = await openPeer(look);
  const run: Run = { look, peer, raw };
  try {
    const instance = look.options.instance ?? (await whoIs(run));
    let invoke = 0;
    // The serial number comes last: devices older than the standard of 2016 do not know the question.
    for (const property of ['vendorName', 'modelName', 'firmwareRevision', 'serialNumber'] as const) {
      invoke += 1;
      const answer = await readOne(run, { instance, property, invoke });
      if (answer.kind === 'refused' && answer.how !== 'error') return;
      if (property !== 'vendorName' || answer.kind !== 'value') continue;
      const maker = textOf(answer.text);
      if (maker !== undefined) look.identified(maker);
    }
  } catch (error) {
    // Only ICMP from a host that is there says that nothing listens.
    if (error instanceof Ended && error.outcome === 'unreachable' && error.message === 'ECONNREFUSED') {
      raw.refused = true;
    }
    throw error;
  } finally {
    peer.close();
  }
}

/** Who-Is; of a device that answers it to all, the name of its maker. */
async function timed(look: Look<BacnetOptions>): Promise<void> {
  const peer = await openPeer(look);
  const run: Run = { look, peer, raw: bacnetCollector.begin() };
  const { instance } = look.options;
  try {
    if (instance === undefined) await whoIs(run, 'bacnet.baseline');
    else await readOne(run, { instance, property: 'vendorName', invoke: 0 }, 'bacnet.baseline');
  } finally {
    peer.close();
  }
}

async function whoIs(run: Run, kind = 'bacnet.whoIs'): Promise<number> {
  run.look.note('Who-Is, to this one address');
  const silence = 'no I-Am came back; a device that sends it to all is asked by its number (option instance)';
  const found = await exchange(run, {
    kind,
    bytes: whoIsRequest(),
    silence,
    take: (message) => (message.kind === 'iAm' ? message : undefined),
  });
  run.look.note(`I-Am: device ${found.instance}, vendor ${found.vendor}`);
  run.raw.instance = found.instance;
  return found.instance;
}

type Answer = Extract<Message, { kind: 'value' | 'refused' }>;

interface Read {
  readonly instance: number;
  readonly property: PropertyName;
  readonly invoke: number;
}

async function readOne(run: Run, read: Read, kind = 'bacnet.read'): Promise<Answer> {
  const { look, raw } = run;
  look.note(`ReadProperty ${read.property} of device ${read.instance}`);
  const answer = await exchange<Answer>(run, {
    kind,
    bytes: readRequest(read),
    silence: 'no answer to ReadProperty',
    take: (message) => (message.kind !== 'iAm' && message.invoke === read.invoke ? message : undefined),
  });
  if (answer.kind === 'refused') {
    look.note(`${answer.how} ${answer.codes.join(', ')}`);
    raw.texts.set(read.property, undefined);
    return answer;
  }
  if (answer.instance !== anyInstance) raw.instance ??= answer.instance;
  raw.texts.set(read.property, answer.text);
  look.note(`${read.property}: ${JSON.stringify(textOf(answer.text) ?? '')}`);
  return answer;
}

interface Exchange<T> {
  readonly kind: string;
  readonly bytes: Buffer;
  /** What silence means. */
  readonly silence: string;
  /** The answer that was waited for, or undefined: another may come. */
  take(message: Message): T | undefined;
}

async function exchange<T>({ look, peer, raw }: Run, question: Exchange<T>): Promise<T> {
  const answered = await look.request(question.kind);
  look.signal.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await peer.exchange<T>((done, fail) => {
      let strange = false;
      timer = setTimeout(() => {
        fail(
          strange
            ? new Ended('unsupported', 'answered with something that is no answer in BACnet', { rule: 'SAF-16' })
            : new Ended('timedOut', question.silence),
        );
      }, answerMs);
      peer.listen((datagram) => {
        const message = readMessage(datagram);
        const found = message === undefined ? undefined : question.take(message);
        // Devices also send to everybody what nobody asked for: keep waiting.
        if (message === undefined) strange = true;
        if (found === undefined) return;
        raw.answeredAt ??= look.now();
        done(found);
      });
      peer.send(question.bytes);
    });
  } finally {
    clearTimeout(timer);
    peer.listen(undefined);
    answered();
  }
}
