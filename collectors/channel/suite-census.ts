/**
 * Every suite that an endpoint takes at one version. Takes a connection for each of them, and a few for the refusals:
 * for laboratories and the bench.
 */
import { type FirstFlight, protocolVersionAlert, type TlsVersion } from '../contract/tls-wire.ts';
import { registeredSuites } from './suites.ts';

/** Offers these suites at this version; undefined when no connection is left for that. */
export type OfferSuites = (version: TlsVersion, suites: readonly number[]) => Promise<FirstFlight | undefined>;

/** Some servers give up on hellos with more. */
const atOnce = 64;

/**
 * Takes off what the server chooses and offers the rest again, until it refuses.
 * @returns whether everything was offered and the last word was always the server's own refusal.
 */
export async function askEverySuite(
  offer: OfferSuites,
  version: TlsVersion,
  accepted: ReadonlySet<number>,
): Promise<boolean> {
  const codes = registeredSuites(version === '1.3' ? '1.3' : 'older').filter((code) => !accepted.has(code));
  let complete = true;
  for (let from = 0; from < codes.length; from += atOnce) {
    let rest = codes.slice(from, from + atOnce);
    while (rest.length > 0) {
      const flight = await offer(version, rest);
      if (flight === undefined) return false;
      const { version: answered, suite, alert } = flight;
      // The version itself is not spoken: nothing of it is accepted.
      if (alert?.code === protocolVersionAlert) return complete;
      if (answered !== version || suite === undefined || !rest.includes(suite)) {
        // A hang-up, another version, a suite that nobody offered: no refusal to rely on.
        if (alert === undefined) complete = false;
        break;
      }
      rest = rest.filter((code) => code !== suite);
    }
  }
  return complete;
}
