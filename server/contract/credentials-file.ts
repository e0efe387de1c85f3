/**
 * Credentials as files name them: where each secret lies, never what it is. The same map stands in the plant file and
 * in the file of `collect --credentials`.
 */
import { z } from 'zod';
import { authProtocols, type CredentialKind, privProtocols } from '../../collectors/contract/credential.ts';

const text = z.string().regex(/\S/, 'a text that is not empty').max(4000, 'at most 4000 characters');
const wanted = '{env: NAME} or {file: PATH}, never the secret itself';
const variable = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable') });
const document = z.strictObject({ file: text });

export const secretSchema = z.union([variable, document], wanted);
export type SecretSource = z.infer<typeof secretSchema>;
/** A public part: written out, or read from where it lies. */
const open = z.union([text, variable, document], 'a text, {env: NAME} or {file: PATH}');
const certificate = z.union([text, variable, document], 'the path of a PEM file, {env: NAME} or {file: PATH}');

export const credentialSchemas = {
  password: z.strictObject({ username: open, password: secretSchema }),
  certificate: z.strictObject({
    certificate: certificate,
    key: secretSchema,
    username: open.optional(),
    password: secretSchema.optional(),
  }),
  community: z.strictObject({ community: secretSchema }),
  usm: z.strictObject({
    user: open,
    authProtocol: z.enum(authProtocols).optional(),
    authKey: secretSchema.optional(),
    privProtocol: z.enum(privProtocols).optional(),
    privKey: secretSchema.optional(),
  }),
  sshKey: z.strictObject({ username: open, privateKey: secretSchema, passphrase: secretSchema.optional() }),
  aws: z.strictObject({ accessKeyId: open, secretAccessKey: secretSchema, sessionToken: secretSchema.optional() }),
} as const satisfies Record<CredentialKind, z.ZodObject>;

/** Each kind by the key that no other kind has; `password` is what is left. */
const signs: readonly (readonly [string, CredentialKind])[] = [
  ['community', 'community'],
  ['accessKeyId', 'aws'],
  ['secretAccessKey', 'aws'],
  ['privateKey', 'sshKey'],
  ['certificate', 'certificate'],
  ['key', 'certificate'],
  ['user', 'usm'],
  ['authKey', 'usm'],
  ['privKey', 'usm'],
];

/** The kind that a map of these keys is meant to be. */
export function credentialKindOf(keys: readonly string[]): CredentialKind {
  return signs.find(([key]) => keys.includes(key))?.[1] ?? 'password';
}
