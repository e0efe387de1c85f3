/** Where each credential lies: fields by kind, secrets only as {env} or {file}. Reading them is `server/contract/credentials.ts`. */
import { dirname } from 'node:path';
import type { z } from 'zod';
import { credentialKindOf, credentialSchemas, type SecretSource } from '../contract/credentials-file.ts';
import type { CredentialSource } from '../contract/plant.ts';
import { BadInput } from '../contract/problem.ts';
import { isRecord, type Path, quoted, type Reader, readerOf, throwProblems } from './reader.ts';
import { readYaml } from './yaml-source.ts';

export function loadCredentials(reader: Reader, path: Path): Record<string, CredentialSource> {
  const map = reader.at(path);
  if (map === undefined) return {};
  if (!isRecord(map)) {
    reader.note(path, 'a map from a name to a credential');
    return {};
  }
  const sources: Record<string, CredentialSource> = {};
  for (const name of Object.keys(map)) {
    const source = loadCredential(reader, [...path, name]);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
      reader.note([...path, name], 'a name of letters, digits, dots and hyphens', quoted(name));
    }
    if (source !== undefined) sources[name] = source;
  }
  return sources;
}

function loadCredential(reader: Reader, path: Path): CredentialSource | undefined {
  const held = reader.at(path);
  if (!isRecord(held)) {
    reader.note(path, 'a map such as {username: NAME, password: {env: VARIABLE}}');
    return undefined;
  }
  const kind = credentialKindOf(Object.keys(held));
  const schema: z.ZodObject = credentialSchemas[kind];
  const fields: Record<string, unknown> = reader.fields(schema, path);
  const plain: Record<string, string> = {};
  const secret: Record<string, SecretSource> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'string') {
      // A certificate is public, but long: written as a text it is the path of its file.
      if (key === 'certificate') secret[key] = { file: value };
      else plain[key] = value;
    } else if (isSource(value)) secret[key] = value;
  }
  if (kind === 'usm') checkUsm(reader, path, held);
  return { kind, plain, secret };
}

function isSource(value: unknown): value is SecretSource {
  return isRecord(value) && (typeof value['env'] === 'string' || typeof value['file'] === 'string');
}

/** RFC 3414: privacy never without authentication, and each protocol with its key. */
function checkUsm(reader: Reader, path: Path, held: Record<string, unknown>): void {
  for (const [protocol, key] of [
    ['authProtocol', 'authKey'],
    ['privProtocol', 'privKey'],
  ] as const) {
    if (protocol in held && !(key in held)) reader.note([...path, key], `a key for ${protocol}`, 'nothing');
    if (key in held && !(protocol in held)) reader.note([...path, protocol], `a protocol for ${key}`, 'nothing');
  }
  if ('privKey' in held && !('authKey' in held))
    reader.note([...path, 'authKey'], 'authentication under privacy', 'nothing');
}

/**
 * The file of `collect --credentials`: a map `credentials` as in a plant file, alone or within one. Paths in it are
 * relative to its folder. Throws `BadInput` with every problem.
 */
export function loadCredentialsFile(path: string): { folder: string; credentials: Record<string, CredentialSource> } {
  const loaded = readYaml(path);
  const problems = [...loaded.problems];
  if (loaded.source === undefined) throw new BadInput(problems);
  const reader = readerOf(loaded.source, problems);
  if (reader.at(['credentials']) === undefined) reader.note(['credentials'], 'a map of credentials');
  const credentials = loadCredentials(reader, ['credentials']);
  throwProblems(problems);
  return { folder: dirname(loaded.path), credentials };
}
