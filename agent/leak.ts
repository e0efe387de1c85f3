/** Proves that nothing a run brought back holds a secret of the credential it used, and takes out what does. */
import type { Credential } from '../collectors/contract/credential.ts';
import { secretsOf } from '../collectors/contract/credential.ts';

/** Shorter secrets are words that devices use of themselves (`public`): only a value that is the secret counts. */
const shortest = 8;

export interface LeakCheck {
  /** Whether the text, or any text inside the value, shows a secret: plain, or in base64, hex or URL encoding. */
  shows(value: unknown): boolean;
  /** The text with every secret replaced. */
  clean(text: string): string;
}

export function checkLeaks(credential: Credential | undefined): LeakCheck {
  const secrets = secretsOf(credential)
    .map((secret) => secret.reveal())
    .filter((secret) => secret !== '');
  const long = [...new Set(secrets.filter(({ length }) => length >= shortest).flatMap(spellings))];
  const short = new Set(secrets.filter(({ length }) => length < shortest));
  // A key in PEM may come back on one line, or with escaped line ends.
  const dense = secrets.filter((secret) => secret.includes('\n')).map(squeezed);

  function shows(value: unknown): boolean {
    if (typeof value === 'string') {
      if (short.has(value) || long.some((secret) => value.includes(secret))) return true;
      return dense.length > 0 && dense.some((secret) => squeezed(value).includes(secret));
    }
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, held]) => shows(key) || shows(held));
  }

  return {
    shows,
    clean(text) {
      let cleaned = text;
      for (const secret of long) cleaned = cleaned.replaceAll(secret, '[secret]');
      // In running text a short secret is replaced too where it stands as a word of its own.
      for (const secret of short)
        cleaned = cleaned
          .split(' ')
          .map((word) => (word === secret ? '[secret]' : word))
          .join(' ');
      return shows(cleaned) ? '[secret]' : cleaned;
    },
  };
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    hex,
    hex.toUpperCase(),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

function squeezed(text: string): string {
  return text.replace(/\\[nr]|\s/g, '');
}
