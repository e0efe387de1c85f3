/** What a list of endpoint descriptions offers: OPC 10000-4 sections 7.14 (EndpointDescription) and 7.42 (tokens). Pure. */
import { type Endpoint, type Mode, modes, type TokenType } from './raw.ts';

export const policyNone = 'http://opcfoundation.org/UA/SecurityPolicy#None';
const policyPrefix = 'http://opcfoundation.org/UA/SecurityPolicy#';

/** Policies that our client library can open a channel with, best first; the last two are old and only a last resort. */
const spoken = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256', 'Basic256', 'Basic128Rsa15'];

/** The policy that protects a token: its own, or where it names none the channel's. */
export function tokenPolicy(endpoint: Endpoint, token: { readonly policyUri: string }): string {
  return token.policyUri === '' ? endpoint.policyUri : token.policyUri;
}

/** Whether a password for this endpoint would cross readable: neither its token nor the channel encrypts it. */
export function passwordIsClear(endpoint: Endpoint): boolean {
  if (endpoint.mode === 'signAndEncrypt') return false;
  return endpoint.tokens.some((token) => token.type === 'password' && isNone(tokenPolicy(endpoint, token)));
}

/** Endpoints over which a session can be had; one without token policies serves discovery only. */
export function sessionEndpoints(endpoints: readonly Endpoint[]): readonly (Endpoint & { readonly mode: Mode })[] {
  const found: (Endpoint & { readonly mode: Mode })[] = [];
  for (const endpoint of endpoints) {
    const { mode } = endpoint;
    // On other transports the mode says nothing: HTTPS brings its own encryption.
    if (mode !== undefined && endpoint.tokens.length > 0 && isBinaryTcp(endpoint)) found.push({ ...endpoint, mode });
  }
  return found;
}

/**
 * The endpoint for our own credential, strongest first. A password goes only where every way of sending it is
 * encrypted, since the library chooses among the token policies by itself.
 */
export function endpointFor(endpoints: readonly Endpoint[], token: TokenType): (Endpoint & { mode: Mode }) | undefined {
  return sessionEndpoints(endpoints)
    .filter((endpoint) => isSpoken(endpoint) && endpoint.tokens.some(({ type }) => type === token))
    .filter((endpoint) => token !== 'password' || (!passwordIsClear(endpoint) && endpoint.chain.length > 0))
    .filter((endpoint) => token !== 'certificate' || endpoint.mode !== 'none')
    .toSorted((one, other) => rank(other) - rank(one))[0];
}

/** The endpoint at which a stranger has the least to overcome. */
export function weakestEndpointFor(endpoints: readonly Endpoint[], token: TokenType) {
  return sessionEndpoints(endpoints)
    .filter((endpoint) => isSpoken(endpoint) && endpoint.tokens.some(({ type }) => type === token))
    .toSorted((one, other) => rank(one) - rank(other))[0];
}

/** An endpoint that asks for a client certificate and that our library can speak to. */
export function securedEndpoint(endpoints: readonly Endpoint[]) {
  return sessionEndpoints(endpoints)
    .filter((endpoint) => endpoint.mode !== 'none' && isSpoken(endpoint))
    .toSorted((one, other) => rank(other) - rank(one))[0];
}

export function isNone(policyUri: string): boolean {
  return policyUri === '' || policyUri === policyNone;
}

/** Policy name for the client library, such as `Basic256Sha256`. */
export function policyName(policyUri: string): string {
  return isNone(policyUri) ? 'None' : policyUri.replace(policyPrefix, '');
}

/** Splits certificates that follow one another without a separator; undefined when lengths do not add up. */
export function splitChain(bytes: Buffer): Buffer[] | undefined {
  const found: Buffer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const octets = rest[1] ?? 0;
    const size = octets < 0x80 ? 0 : octets & 0x7f;
    if (rest[0] !== 0x30 || size > 3 || rest.length < 2 + size) return undefined;
    const length = 2 + size + (size === 0 ? octets : rest.readUIntBE(2, size));
    if (length > rest.length || found.length >= 10) return undefined;
    found.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return found;
}

function isBinaryTcp(endpoint: Endpoint): boolean {
  const profile = endpoint.transportProfileUri;
  return profile === '' ? /^opc\.tcp:/i.test(endpoint.url) : profile.endsWith('/uatcp-uasc-uabinary');
}

function isSpoken(endpoint: Endpoint): boolean {
  const name = policyName(endpoint.policyUri);
  return endpoint.mode === 'none' ? name === 'None' : spoken.includes(name) && endpoint.chain.length > 0;
}

function rank(endpoint: Endpoint & { readonly mode: Mode }): number {
  const policy = spoken.indexOf(policyName(endpoint.policyUri));
  return modes.indexOf(endpoint.mode) * 10 + (policy < 0 ? 0 : spoken.length - policy);
}
