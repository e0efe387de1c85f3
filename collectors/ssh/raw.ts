/** What one look at an SSH server brought back, before it means anything. */
import type { CommandName } from './commands.ts';
import type { Greeting } from './wire.ts';

/** What one command printed, or why that is not all of it. */
export interface CommandAnswer {
  readonly output: string;
  /** First bytes of the error stream: whether a file was missing or forbidden. */
  readonly errors: string;
  /** Absent where the program was ended by a signal or the server did not say. */
  readonly code?: number;
  /** The output was longer than we take. */
  readonly capped: boolean;
  /** It did not end in time and was closed. */
  readonly slow?: true;
}

export interface SshRaw {
  port: number;
  /** Whether something accepted the connection; undefined: silence. */
  listening?: boolean;
  connectedAt?: Date;
  greeting?: Greeting;
  /** SHA-256 of the host key that the key exchange proved, lower-case hex. */
  hostKey?: string;
  /** What the server listed when it refused a request, and whether that was the request without credentials. */
  methods?: { readonly names: readonly string[]; readonly refusedNone: boolean };
  /** The request without credentials was accepted. */
  anonymous?: true;
  /** Why our own credential was not used. */
  withheld?: string;
  readonly answers: Map<CommandName, CommandAnswer>;
  /** Our clock around the answer that holds the device's. */
  clock?: { readonly askedMs: number; readonly answeredMs: number };
}
