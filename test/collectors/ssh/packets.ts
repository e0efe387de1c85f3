/** Packets as a server sends them before encryption begins (RFC 4253 section 6). */

const usual = {
  kex: 'curve25519-sha256,kex-strict-s-v00@openssh.com',
  hostKey: 'ssh-ed25519',
  cipherIn: 'aes128-ctr',
  cipherOut: 'aes128-ctr',
  macIn: 'hmac-sha2-256',
  macOut: 'hmac-sha2-256',
  packIn: 'none',
  packOut: 'none',
  tongueIn: '',
  tongueOut: '',
};

export function kexinitPacket(lists: Partial<typeof usual>): Buffer {
  const names = Object.values({ ...usual, ...lists }).map((text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  });
  return packet(Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...names, Buffer.alloc(5)]));
}

export function packet(payload: Uint8Array): Buffer {
  const padding = 8 + ((8 - ((payload.length + 5) % 8)) % 8);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + 1 + padding);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}
