/** Addresses and networks, to tell where a station stands. Pure; no network is ever walked through. */

/** IPv4 as a number, IPv6 as a bigint: the two never compare equal. */
export type Address = number | bigint;

export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

export interface Network {
  readonly first: Address;
  readonly last: Address;
}

/** `10.1.2.0/24`, `fd00:1::/64`, or one address. Undefined when it is none, or when bits beyond its length are set. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const first = parseAddress(address);
  if (first === undefined || rest.length > 0) return undefined;
  const width = typeof first === 'number' ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const bits = length === undefined ? width : Number(length);
  if (bits > width) return undefined;
  const size = 2n ** BigInt(width - bits);
  if (BigInt(first) % size !== 0n) return undefined;
  return typeof first === 'number' ? { first, last: first + Number(size) - 1 } : { first, last: first + size - 1n };
}

export function isWithin(address: Address, { first, last }: Network): boolean {
  return typeof address === typeof first && address >= first && address <= last;
}

const reserved = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8']
  .concat(['fc00::/7', 'fe80::/10', '::1/128'])
  .flatMap((text) => parseNetwork(text) ?? []);

/** Means one station in the whole world; a private address may be used again in the next cell. */
export function isPublic(address: Address): boolean {
  return !reserved.some((network) => isWithin(address, network));
}

function parseV4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
