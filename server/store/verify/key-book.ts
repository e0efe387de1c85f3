import type { KeyStatement, Said } from '../../../collectors/evidence/manifest.ts';

/** The keys that the ledger names, in order: whose each is, and who vouched for it. */
export class KeyBook {
  readonly publicKeys = new Map<string, string>();
  readonly #owners = new Map<string, string>();
  /** Newest key of each owner. */
  readonly #inForce = new Map<string, string>();
  readonly #bonds: (readonly string[])[] = [];

  /** Takes up a key record before its own signatures are checked with it. */
  announce(key: KeyStatement): void {
    this.publicKeys.set(key.fingerprint, key.publicKey);
  }

  /** @throws when somebody signed who may not sign such a thing, or somebody did not who must. */
  refuseUnlessEntitled(said: Said, signers: readonly string[]): void {
    if (said.kind === 'key') {
      this.#takeUp(said.body, signers);
      return;
    }
    const owner = said.kind === 'manifest' ? `agent/${said.body.agent}` : 'server';
    for (const signer of signers)
      if (this.#owners.get(signer) !== owner)
        throw new TypeError(`expected a signature of ${owner}, found one of ${this.#owners.get(signer) ?? signer}`);
  }

  /** Keys that the trusted ones stand behind: those that signed each other's records, in either direction. */
  vouchedBy(trust: readonly string[]): ReadonlySet<string> {
    const vouched = new Set(trust.filter((key) => this.#owners.has(key)));
    for (let grown = true; grown; ) {
      grown = false;
      for (const [key, ...vouchers] of this.#bonds) {
        if (key === undefined || vouched.has(key) || !vouchers.some((voucher) => vouched.has(voucher))) continue;
        vouched.add(key);
        grown = true;
      }
    }
    return vouched;
  }

  #takeUp(key: KeyStatement, signers: readonly string[]): void {
    const { owner, fingerprint, replaces } = key;
    const inForce = this.#inForce.get(owner) ?? null;
    if (replaces !== inForce) throw new TypeError(`expected a key that replaces ${inForce}, found ${replaces}`);
    const server = owner === 'server' ? undefined : this.#inForce.get('server');
    for (const needed of [fingerprint, replaces, server])
      if (typeof needed === 'string' && !signers.includes(needed))
        throw new TypeError(`expected a signature of ${needed} under the key record, found none`);
    this.#owners.set(fingerprint, owner);
    this.#inForce.set(owner, fingerprint);
    // Whoever signed vouches for the new key; of an owner's own keys each also stands behind the one before it, whose
    // records it chains on. An agent's key says nothing for the server's.
    this.#bonds.push([fingerprint, ...signers.filter((signer) => signer !== fingerprint)]);
    if (replaces !== null) this.#bonds.push([replaces, fingerprint]);
  }
}
