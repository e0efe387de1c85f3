/** What the reach of a broker's rules over all topics means, whoever wrote the rules down. Pure. */
import type { Draft } from '../channel/tls-facts.ts';
import type { Reach } from './access-list.ts';

/** undefined: what decides is not in the configuration that was read. */
export function readReach(
  reach: { readonly reading: Reach; readonly writing: Reach } | undefined,
  { facts, unseen }: Draft,
): void {
  if (reach === undefined) {
    unseen['authorization.defaultDeny'] = 'ambiguous';
    unseen['authorization.publish.scoped'] = 'ambiguous';
    unseen['authorization.wildcard.granted'] = 'ambiguous';
    return;
  }
  const { reading, writing } = reach;
  const everybody = reading.everybody || writing.everybody;
  facts['authorization.defaultDeny'] = !everybody;
  // Whether those whom a rule names or describes are administrators or devices, the rules do not say.
  if (writing.everybody || !writing.named) facts['authorization.publish.scoped'] = !writing.everybody;
  else unseen['authorization.publish.scoped'] = 'ambiguous';
  if (everybody || !(reading.named || writing.named)) facts['authorization.wildcard.granted'] = everybody;
  else unseen['authorization.wildcard.granted'] = 'ambiguous';
}
