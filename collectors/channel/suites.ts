/** Cipher suites that the prober offers, by the names of the IANA registry. */
import table from './suites.json' with { type: 'json' };

/** Suites without encryption, without a server's identity, of export strength, or with RC2, RC4, DES or 3DES. */
export const oldSuites: Readonly<Record<number, string>> = {
  1: 'TLS_RSA_WITH_NULL_MD5',
  2: 'TLS_RSA_WITH_NULL_SHA',
  59: 'TLS_RSA_WITH_NULL_SHA256',
  49158: 'TLS_ECDHE_ECDSA_WITH_NULL_SHA',
  49168: 'TLS_ECDHE_RSA_WITH_NULL_SHA',
  49173: 'TLS_ECDH_anon_WITH_NULL_SHA',
  23: 'TLS_DH_anon_EXPORT_WITH_RC4_40_MD5',
  25: 'TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA',
  3: 'TLS_RSA_EXPORT_WITH_RC4_40_MD5',
  6: 'TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5',
  8: 'TLS_RSA_EXPORT_WITH_DES40_CBC_SHA',
  17: 'TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA',
  20: 'TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA',
  24: 'TLS_DH_anon_WITH_RC4_128_MD5',
  26: 'TLS_DH_anon_WITH_DES_CBC_SHA',
  27: 'TLS_DH_anon_WITH_3DES_EDE_CBC_SHA',
  52: 'TLS_DH_anon_WITH_AES_128_CBC_SHA',
  58: 'TLS_DH_anon_WITH_AES_256_CBC_SHA',
  70: 'TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA',
  108: 'TLS_DH_anon_WITH_AES_128_CBC_SHA256',
  109: 'TLS_DH_anon_WITH_AES_256_CBC_SHA256',
  137: 'TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA',
  166: 'TLS_DH_anon_WITH_AES_128_GCM_SHA256',
  167: 'TLS_DH_anon_WITH_AES_256_GCM_SHA384',
  49174: 'TLS_ECDH_anon_WITH_RC4_128_SHA',
  49175: 'TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA',
  49176: 'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
  49177: 'TLS_ECDH_anon_WITH_AES_256_CBC_SHA',
  9: 'TLS_RSA_WITH_DES_CBC_SHA',
  18: 'TLS_DHE_DSS_WITH_DES_CBC_SHA',
  21: 'TLS_DHE_RSA_WITH_DES_CBC_SHA',
  4: 'TLS_RSA_WITH_RC4_128_MD5',
  5: 'TLS_RSA_WITH_RC4_128_SHA',
  102: 'TLS_DHE_DSS_WITH_RC4_128_SHA',
  49159: 'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA',
  49169: 'TLS_ECDHE_RSA_WITH_RC4_128_SHA',
  10: 'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  19: 'TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA',
  22: 'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA',
  49160: 'TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA',
  49170: 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
  7: 'TLS_RSA_WITH_IDEA_CBC_SHA',
};

/** The usual ones of TLS 1.2 and older, so that a version is not missed for want of a common suite. */
export const usualSuites: Readonly<Record<number, string>> = {
  49195: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  49196: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  49199: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  49200: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  52392: 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  52393: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  52394: 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  158: 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  159: 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
  49324: 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM',
  49325: 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM',
  49326: 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8',
  49327: 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8',
  49187: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  49188: 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  49191: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  49192: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  49161: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  49162: 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  49171: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  49172: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  103: 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256',
  107: 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256',
  51: 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
  57: 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
  50: 'TLS_DHE_DSS_WITH_AES_128_CBC_SHA',
  56: 'TLS_DHE_DSS_WITH_AES_256_CBC_SHA',
  156: 'TLS_RSA_WITH_AES_128_GCM_SHA256',
  157: 'TLS_RSA_WITH_AES_256_GCM_SHA384',
  49308: 'TLS_RSA_WITH_AES_128_CCM',
  49312: 'TLS_RSA_WITH_AES_128_CCM_8',
  60: 'TLS_RSA_WITH_AES_128_CBC_SHA256',
  61: 'TLS_RSA_WITH_AES_256_CBC_SHA256',
  47: 'TLS_RSA_WITH_AES_128_CBC_SHA',
  53: 'TLS_RSA_WITH_AES_256_CBC_SHA',
  65: 'TLS_RSA_WITH_CAMELLIA_128_CBC_SHA',
  132: 'TLS_RSA_WITH_CAMELLIA_256_CBC_SHA',
  69: 'TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA',
  136: 'TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA',
  150: 'TLS_RSA_WITH_SEED_CBC_SHA',
};

export const tls13Suites: Readonly<Record<number, string>> = {
  4865: 'TLS_AES_128_GCM_SHA256',
  4866: 'TLS_AES_256_GCM_SHA384',
  4867: 'TLS_CHACHA20_POLY1305_SHA256',
  4868: 'TLS_AES_128_CCM_SHA256',
  4869: 'TLS_AES_128_CCM_8_SHA256',
};

/** What else the registry lists: no look offers these but the one at every suite. */
const furtherSuites: Readonly<Record<number, string>> = table;

/** Beside `tls13Suites`: SM4, integrity only and GOST (RFC 8998, RFC 9150, RFC 9367). */
const further13: ReadonlySet<number> = new Set([0xc6, 0xc7, 0xc0b4, 0xc0b5, 0xc103, 0xc104, 0xc105, 0xc106]);

/** Every suite of the registry that TLS 1.3 knows, or that the versions before it know. */
export function registeredSuites(versions: '1.3' | 'older'): number[] {
  const further = codesOf(furtherSuites).filter((code) => further13.has(code) === (versions === '1.3'));
  return versions === '1.3'
    ? [...codesOf(tls13Suites), ...further]
    : [...codesOf(usualSuites), ...codesOf(oldSuites), ...further];
}

export function codesOf(suites: Readonly<Record<number, string>>): number[] {
  return Object.keys(suites).map(Number);
}

/** The registry's name, or the code in hex for one that it does not list. */
export function suiteName(code: number): string {
  const name = oldSuites[code] ?? usualSuites[code] ?? tls13Suites[code] ?? furtherSuites[code];
  return name ?? `0x${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
