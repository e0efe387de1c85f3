/** Names that a device gives of itself, as text. Pure. */

/**
 * The text without the blanks and NULs that devices fill their fields with; bytes that are not UTF-8 as `hex:...`;
 * undefined when nothing is left, for then the device has said nothing.
 */
export function deviceName(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  let [from, to] = [0, bytes.length];
  while (from < to && isFilling(bytes[from])) from += 1;
  while (to > from && isFilling(bytes[to - 1])) to -= 1;
  if (from === to) return undefined;
  const name = bytes.subarray(from, to);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return `hex:${Buffer.from(name).toString('hex')}`;
  }
}

function isFilling(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}
