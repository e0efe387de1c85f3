/** The part of net-snmp 3.29 that the collector uses. The request that changes things is left out on purpose. */
declare module 'net-snmp' {
  import type { EventEmitter } from 'node:events';

  export interface Varbind {
    oid: string;
    type: number;
    value: unknown;
  }

  export interface User {
    name: string;
    level: number;
    authProtocol?: number;
    authKey?: string;
    privProtocol?: number;
    privKey?: string;
  }

  /** A replacement for `node:dgram`: sessions then send through a socket of ours. */
  export interface DatagramModule {
    createSocket(transport: string): EventEmitter;
  }

  export interface SessionOptions {
    version?: number;
    port?: number;
    retries?: number;
    timeout?: number;
    transport?: 'udp4' | 'udp6';
    context?: string;
    dgramModule?: DatagramModule;
  }

  export interface Session extends EventEmitter {
    /** Engine parameters; set beforehand, they spare the session a discovery of its own. */
    msgSecurityParameters?: {
      msgAuthoritativeEngineID: Buffer;
      msgAuthoritativeEngineBoots: number;
      msgAuthoritativeEngineTime: number;
    };
    get(oids: string[], done: (error: Error | null, varbinds?: Varbind[]) => void): void;
    getBulk(
      oids: string[],
      nonRepeaters: number,
      maxRepetitions: number,
      done: (error: Error | null, varbinds?: (Varbind | Varbind[])[]) => void,
    ): void;
    close(): void;
  }

  const snmp: {
    createSession(target: string, community: string, options: SessionOptions): Session;
    createV3Session(target: string, user: User, options: SessionOptions): Session;
    readonly Version2c: number;
    readonly SecurityLevel: { noAuthNoPriv: number; authNoPriv: number; authPriv: number };
    readonly AuthProtocols: Readonly<Record<'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512', number>>;
    readonly PrivProtocols: Readonly<Record<'aes' | 'aes256b' | 'aes256r', number>>;
    readonly ObjectType: { NoSuchObject: number; NoSuchInstance: number; EndOfMibView: number };
    readonly Authentication: {
      algorithms: Readonly<Record<number, { CRYPTO_ALGORITHM: string }>>;
      authToKeyCache: Record<string, Buffer>;
      passwordToKey(protocol: number, password: string | Buffer, engineId: Buffer): Buffer;
    };
  };
  export default snmp;
}
