/** A profile: targets that others may start from, each with its reason. Pure; `loader/profile.ts` reads the folders. */
import type { Target } from './input.ts';
import { type PracticeCode, practiceCodes, type Role } from './model.ts';

export type Targets = Readonly<Partial<Record<PracticeCode, Target>>>;

export interface Profile {
  readonly id: string;
  readonly title: string;
  /** Whose choice the targets are: found in a published profile, or Plimsoll's own. */
  readonly status: 'published' | 'ours';
  readonly notice: string;
  /** For systems in this role. */
  readonly role: Role;
  readonly appliesTo: string;
  readonly targets: Readonly<Record<PracticeCode, Target & { readonly reason: string }>>;
  /** Folder with the profile's rows: an overlay for `loadPack({folder, overlays: [overlay]})`. */
  readonly overlay: string;
}

/** What `loadPlant({profiles})` accepts as `profile` of a system. */
export function profileIds(profiles: readonly Profile[]): readonly string[] {
  return profiles.map(({ id }) => id);
}

/**
 * Targets of a system: the plant's own where it has one, whether higher or lower, the profile's elsewhere. A target of
 * the profile names it in its reason, so that everybody sees where it comes from.
 */
export function targetsFrom(profile: Pick<Profile, 'title' | 'targets'> | undefined, plantTargets: Targets): Targets {
  if (profile === undefined) return plantTargets;
  const merged: Partial<Record<PracticeCode, Target>> = {};
  for (const code of practiceCodes) {
    const { reason, ...target } = profile.targets[code];
    merged[code] = plantTargets[code] ?? { ...target, reason: `${profile.title}: ${reason}` };
  }
  return merged;
}
