/**
 * Speaks just enough OPC UA to hand out a list of endpoints word for word: for the shapes that other stacks send, and
 * for lists that no honest server would. Everything it receives is kept.
 */
import { createServer, type Socket } from 'node:net';
import {
  ApplicationType,
  GetEndpointsResponse,
  MessageSecurityMode,
  OpenSecureChannelResponse,
  UserTokenType,
} from 'node-opcua';
import { encodeExpandedNodeId } from 'node-opcua-basic-types';
import { BinaryStream } from 'node-opcua-binary-stream';
import type { EndpointDescriptionOptions } from 'node-opcua-types';

export const policies = 'http://opcfoundation.org/UA/SecurityPolicy#';
const binaryTcp = 'http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary';

export interface ReplayServer {
  readonly port: number;
  readonly url: string;
  /** Everything that clients sent. */
  received(): Buffer;
  connections(): number;
  stop(): Promise<void>;
}

export interface Shape {
  readonly url: string;
  readonly mode: 'Invalid' | 'None' | 'Sign' | 'SignAndEncrypt';
  readonly policy?: string;
  readonly tokens: readonly { readonly type: 'Anonymous' | 'UserName' | 'Certificate'; readonly policy?: string }[];
  readonly certificate?: Buffer;
  readonly applicationUri?: string;
  readonly profile?: string;
}

/** Answers the nth connection with the nth list, the last one for all that follow; `damage` spoils what it sends. */
export async function startReplay(
  lists: readonly (readonly Shape[])[],
  damage: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<ReplayServer> {
  const open = new Set<Socket>();
  const received: Buffer[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    const list = lists[Math.min(connections, lists.length - 1)] ?? [];
    connections += 1;
    open.add(socket);
    let rest = Buffer.alloc(0);
    let sequence = 0;
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      received.push(bytes);
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 8 && rest.length >= rest.readUInt32LE(4)) {
        const message = rest.subarray(0, rest.readUInt32LE(4));
        rest = rest.subarray(message.length);
        const kind = message.subarray(0, 3).toString('latin1');
        sequence += 1;
        if (kind === 'HEL') socket.write(damage(acknowledge));
        if (kind === 'OPN') socket.write(damage(openAnswer(message, sequence)));
        if (kind === 'MSG') for (const chunk of listAnswer(message, { list, sequence })) socket.write(damage(chunk));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    url: `opc.tcp://127.0.0.1:${port}`,
    received: () => Buffer.concat(received),
    connections: () => connections,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** ACK: protocol version 0, buffers of 64 KiB, no limit of our own. */
export const acknowledge = framed('ACK', words(0, 65_535, 65_535, 0, 0));

function openAnswer(message: Buffer, sequence: number): Buffer {
  // Asymmetric header: policy URI, sender certificate, receiver thumbprint; the last two are null without security.
  const uriLength = message.readInt32LE(12);
  const header = message.subarray(12, 12 + 4 + uriLength + 8);
  const requestId = message.readUInt32LE(12 + header.length + 4);
  const response = new OpenSecureChannelResponse({
    serverProtocolVersion: 0,
    securityToken: { channelId: 7, tokenId: 1, createdAt: new Date(), revisedLifetime: 60_000 },
  });
  return framed('OPN', Buffer.concat([words(7), header, words(sequence, requestId), encoded(response)]));
}

function listAnswer(message: Buffer, { list, sequence }: { list: readonly Shape[]; sequence: number }): Buffer[] {
  const requestId = message.readUInt32LE(20);
  const body = encoded(new GetEndpointsResponse({ endpoints: list.map(descriptionOf) }));
  const size = 60_000;
  const chunks: Buffer[] = [];
  for (let from = 0; from < body.length; from += size) {
    const last = from + size >= body.length;
    const part = body.subarray(from, from + size);
    chunks.push(
      framed('MSG', Buffer.concat([words(7, 1, sequence + chunks.length, requestId), part]), last ? 'F' : 'C'),
    );
  }
  return chunks;
}

function descriptionOf(shape: Shape): EndpointDescriptionOptions {
  return {
    endpointUrl: shape.url,
    securityMode: MessageSecurityMode[shape.mode],
    securityPolicyUri: shape.policy ?? `${policies}None`,
    transportProfileUri: shape.profile ?? binaryTcp,
    serverCertificate: shape.certificate ?? Buffer.alloc(0),
    securityLevel: 3,
    server: {
      applicationUri: shape.applicationUri ?? 'urn:other:stack',
      applicationType: ApplicationType.Server,
      discoveryUrls: [shape.url],
    },
    userIdentityTokens: shape.tokens.map(({ type, policy }, index) => ({
      policyId: `${type}-${index}`,
      tokenType: UserTokenType[type],
      securityPolicyUri: policy ?? null,
    })),
  };
}

function encoded(response: GetEndpointsResponse | OpenSecureChannelResponse): Buffer {
  const stream = new BinaryStream(8 * 1024 * 1024);
  const { encodingDefaultBinary } = response.schema;
  if (encodingDefaultBinary === undefined) throw new Error('the response has no binary encoding');
  encodeExpandedNodeId(encodingDefaultBinary, stream);
  response.encode(stream);
  return Buffer.from(stream.buffer.subarray(0, stream.length));
}

function framed(kind: string, body: Buffer, chunk = 'F'): Buffer {
  return Buffer.concat([Buffer.from(kind + chunk, 'latin1'), words(8 + body.length), body]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return bytes;
}
