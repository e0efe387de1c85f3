/** Whether a device is of a model that a published advisory calls fragile (SAF-29). Pure. */
import type { FragileModel } from '../../server/contract/plant.ts';
import { makerOf } from './maker.ts';

export interface Described {
  readonly maker: string | undefined;
  readonly model: string | undefined;
}

/**
 * The entry that speaks of the device. A model counts with everything around its name (`SIMATIC CP 343-1 Lean`), and
 * whatever its firmware: what a maker has mended is taken off the list by a person.
 */
export function fragileModel(models: readonly FragileModel[], { maker, model }: Described): FragileModel | undefined {
  if (maker === undefined || model === undefined) return undefined;
  return models.find((each) => sameMaker(each.maker, maker) && ` ${plain(model)} `.includes(` ${plain(each.model)} `));
}

export function fragileSentence({ maker, model, reason, reference }: FragileModel): string {
  return `${maker} ${model} is only listened to: ${reason} (${reference})`;
}

function sameMaker(one: string, other: string): boolean {
  const [known, seen] = [makerOf(one), makerOf(other)];
  return known === undefined ? plain(one) === plain(other) : known === seen;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join(' ');
}
