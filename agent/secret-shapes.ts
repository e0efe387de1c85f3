/**
 * Secrets by their shape (SAF-33): what devices keep in retained messages, descriptions and configurations. Which secret
 * it is stays unknown; that one stood there, and where, is all that is kept.
 */

const shapes: readonly { readonly kind: string; readonly shape: RegExp }[] = [
  { kind: 'private key', shape: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/ },
  { kind: 'token', shape: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/ },
  { kind: 'access key', shape: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { kind: 'token', shape: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|glpat-[\w-]{20,})/ },
  { kind: 'password in an address', shape: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,80}:[^\s/@]{1,80}@/i },
  {
    kind: 'password',
    shape: /\b(?:pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|community)["']?\s{0,3}[=:]\s{0,3}["']?[^\s"',;]{3,}/i,
  },
  { kind: 'password hash', shape: /\$(?:1|2[aby]|5|6|7|y|argon2i?d?)\$[./A-Za-z0-9$=,+]{8,}/ },
];
/** Longer texts are no text of a device's: their beginning decides. */
const longest = 65_536;

/** Kind of the first secret that the text shows, or undefined. */
export function secretIn(text: string): string | undefined {
  const part = text.slice(0, longest);
  return shapes.find(({ shape }) => shape.test(part))?.kind;
}

/** The same for any text inside a value. */
export function secretWithin(value: unknown): string | undefined {
  if (typeof value === 'string') return secretIn(value);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, held] of Object.entries(value)) {
    const found = secretIn(key) ?? secretWithin(held);
    if (found !== undefined) return found;
  }
  return undefined;
}
