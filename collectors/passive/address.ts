/** Addresses as every source spells them, in one spelling. */
import { isIPv4, isIPv6 } from 'node:net';

/** The address of one station, or undefined for none, a group, a broadcast, or one that is only valid on its own link. */
export function stationOf(text: string): string | undefined {
  if (isIPv4(text)) return isOneOfV4(text) ? text : undefined;
  const bare = text.replace(/%.*$/, '').replace(/^\[(.*)\]$/, '$1');
  if (!isIPv6(bare)) return undefined;
  const plain = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(plain);
  if (mapped !== null) {
    const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16));
    return stationOf([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  }
  return /^(ff|fe[89ab]|::1?$)/.test(plain) ? undefined : plain;
}

/** Whether the text is an address at all, of one station or not. */
export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text.replace(/%.*$/, ''));
}

/** `00:1b:1b:aa:bb:cc` from the usual spellings; undefined for none, for groups and for zero. */
export function hardwareOf(text: string): string | undefined {
  const spelled =
    /^[0-9a-f]{12}$/i.test(text) ||
    /^([0-9a-f]{1,2}[:-]){5}[0-9a-f]{1,2}$/i.test(text) ||
    /^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text);
  if (!spelled) return undefined;
  const parts = /[:-]/.test(text)
    ? text.split(/[:-]/).map((part) => part.padStart(2, '0'))
    : (text.replaceAll('.', '').match(/../g) ?? []);
  const plain = parts.join(':').toLowerCase();
  const isGroup = (Number.parseInt(parts[0] ?? '', 16) & 1) === 1;
  return isGroup || plain === '00:00:00:00:00:00' ? undefined : plain;
}

/** A host name as devices give it; what could be anything else is left out. */
export function nameOf(text: string): string | undefined {
  return /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i.test(text) && !isAddress(text) ? text.toLowerCase() : undefined;
}

function isOneOfV4(text: string): boolean {
  const [first = 0, second = 0] = text.split('.').map(Number);
  return first !== 0 && first !== 127 && first < 224 && !(first === 169 && second === 254);
}
