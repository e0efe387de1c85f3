/** What brokers answer, in words (MQTT 3.1.1 section 3.2.2.3, MQTT 5 sections 3.2.2.2 and 3.9.3). Pure. */

export type Version = 4 | 5;

/** What a CONNACK code says about the question asked. */
export type Refusal = 'otherVersion' | 'notAuthorised' | 'undecided';

const words4: Readonly<Record<number, string>> = {
  1: 'unacceptable protocol version',
  2: 'identifier rejected',
  3: 'server unavailable',
  4: 'bad user name or password',
  5: 'not authorised',
};

const words5: Readonly<Record<number, string>> = {
  128: 'unspecified error',
  129: 'malformed packet',
  130: 'protocol error',
  131: 'implementation specific error',
  132: 'unsupported protocol version',
  133: 'client identifier not valid',
  134: 'bad user name or password',
  135: 'not authorised',
  136: 'server unavailable',
  137: 'server busy',
  138: 'banned',
  140: 'bad authentication method',
  149: 'packet too large',
  151: 'quota exceeded',
  156: 'use another server',
  157: 'server moved',
  159: 'connection rate exceeded',
};

export function refusalText(version: Version, code: number): string {
  // A broker that knows only 3.1.1 answers a CONNECT of version 5 in its own way.
  const word = (version === 5 ? words5[code] : undefined) ?? words4[code] ?? 'unknown code';
  return `${word} (0x${code.toString(16).padStart(2, '0')})`;
}

/**
 * A broker that is busy, or dislikes our client id, has not refused the identity: only codes about the credential
 * itself count as a refusal of it.
 */
export function refusalOf(version: Version, code: number): Refusal {
  if (version === 5 && (code === 1 || code === 132)) return 'otherVersion';
  const about = version === 5 && code >= 128 ? [134, 135, 140] : [4, 5];
  return about.includes(code) ? 'notAuthorised' : 'undecided';
}

/** Whether a SUBACK code grants: 0 to 2; 0x80 and above refuse. */
export function isGranted(code: number | undefined): boolean {
  return code !== undefined && code < 0x80;
}

export interface Product {
  readonly version?: string;
  readonly vendor?: string;
  readonly model?: string;
}

export const versionTopics = ['$SYS/broker/version', '$SYS/brokers/+/version', '$SYS/brokers/+/sysdescr'] as const;

/** Product and version from the texts of the version topics, as the broker spells them. */
export function productOf(texts: ReadonlyMap<string, string>): Product {
  const plain = texts.get('$SYS/broker/version');
  if (plain !== undefined) {
    const mosquitto = /^mosquitto version (\S+)$/.exec(plain.trim());
    if (mosquitto?.[1] !== undefined) return { version: mosquitto[1], vendor: 'Eclipse', model: 'Mosquitto' };
    const named = /^(.*\S)\s+(?:version\s+)?v?(\d+\.\d\S*)$/i.exec(plain.trim());
    if (named?.[1] !== undefined && named[2] !== undefined) return { version: named[2], model: named[1] };
    return plain.trim() === '' ? {} : { version: plain.trim() };
  }
  const version = textUnder(texts, 'version');
  const description = textUnder(texts, 'sysdescr');
  return {
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { model: description }),
    ...(description !== undefined && /^emqx?\b/i.test(description) ? { vendor: 'EMQ' } : {}),
  };
}

function textUnder(texts: ReadonlyMap<string, string>, last: string): string | undefined {
  const topics = [...texts.keys()].filter((topic) => /^\$SYS\/brokers\/[^/]+\/[^/]+$/.test(topic)).sort();
  const topic = topics.find((one) => one.endsWith(`/${last}`));
  const text = topic === undefined ? undefined : texts.get(topic)?.trim();
  return text === '' ? undefined : text;
}

/** Whether a topic matches a filter (MQTT 5 section 4.7). */
export function topicMatches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const found = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== found[index]) return false;
    if (found[index] === undefined) return false;
  }
  return wanted.length === found.length;
}
