/** A security.txt as RFC 9116 wants it. Pure. */

/**
 * Whether finders can use the file at this instant: one `Expires` that lies ahead and at least one `Contact` that is a
 * URI (sections 2.5.3 and 2.5.5), fields or comments on every line. A signature around it (section 2.3) is not checked.
 */
export function isUsableSecurityTxt(text: string, now: Date): boolean {
  const fields = fieldsOf(text);
  if (fields === undefined) return false;
  const expires = fields.filter(({ name }) => name === 'expires').map(({ value }) => instantOf(value));
  const [end] = expires;
  if (expires.length !== 1 || end === undefined || end <= now.getTime()) return false;
  const contacts = fields.filter(({ name }) => name === 'contact');
  return contacts.length > 0 && contacts.every(({ value }) => /^(mailto:\S+@\S+|tel:\S+|https:\/\/\S+)$/i.test(value));
}

/** RFC 3339, with an offset: `Date.parse` alone would take `tomorrow-ish` forms too. */
function instantOf(text: string): number | undefined {
  const shaped = /^\d{4}-\d\d-\d\d[tT]\d\d:\d\d:\d\d(\.\d+)?([zZ]|[+-]\d\d:\d\d)$/.test(text);
  const instant = shaped ? Date.parse(text.toUpperCase()) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** Undefined where a line is neither a field nor a comment nor part of a clear-text signature. */
function fieldsOf(text: string): { readonly name: string; readonly value: string }[] | undefined {
  const fields: { name: string; value: string }[] = [];
  for (const line of unsigned(text).split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*):\s+(\S.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    fields.push({ name: name.toLowerCase(), value });
  }
  return fields;
}

/** The text inside an OpenPGP clear-text signature (RFC 9580 section 7). */
function unsigned(text: string): string {
  const signed =
    /^-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:[A-Za-z-]+: .*\r?\n)*\r?\n([\s\S]*?)-----BEGIN PGP SIGNATURE-----/.exec(
      text,
    );
  return signed?.[1] ?? text;
}
