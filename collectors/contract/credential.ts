/** Credentials as collectors get them: read at use time, held in memory, printed by nobody. */
import { inspect } from 'node:util';

/** A value that redacts itself wherever it is printed, logged or turned into JSON. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plain value. Call it in the line that hands it to the protocol library and nowhere else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

export const authProtocols = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export const privProtocols = ['des', 'aes', 'aes256b', 'aes256r'] as const;
export type AuthProtocol = (typeof authProtocols)[number];
export type PrivProtocol = (typeof privProtocols)[number];

export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  /** PEM texts; a user name and password may come along (OPC UA, MQTT over mTLS). */
  | {
      readonly kind: 'certificate';
      readonly certificate: string;
      readonly key: Secret;
      readonly username?: string;
      readonly password?: Secret;
    }
  | { readonly kind: 'community'; readonly community: Secret }
  | {
      readonly kind: 'usm';
      readonly user: string;
      readonly authProtocol?: AuthProtocol;
      readonly authKey?: Secret;
      readonly privProtocol?: PrivProtocol;
      readonly privKey?: Secret;
    }
  | { readonly kind: 'sshKey'; readonly username: string; readonly privateKey: Secret; readonly passphrase?: Secret }
  | {
      readonly kind: 'aws';
      readonly accessKeyId: string;
      readonly secretAccessKey: Secret;
      readonly sessionToken?: Secret;
    };

export type CredentialKind = Credential['kind'];

/** Every secret that a credential holds, so that a run can prove it leaked none of them. */
export function secretsOf(credential: Credential | undefined): Secret[] {
  return credential === undefined ? [] : Object.values(credential).filter((value) => value instanceof Secret);
}
