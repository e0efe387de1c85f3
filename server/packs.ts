/** The installed rule packs: the model's rows, and per profile the rows of its industry on top. */
import { join } from 'node:path';
import type { Pack } from '../rules/engine/pack.ts';
import { type Profile, profileIds, targetsFrom } from '../rules/engine/profile.ts';
import { loadPack } from '../rules/loader/load.ts';
import { loadProfiles } from '../rules/loader/profile.ts';
import type { Plant, PlantSystem, TargetLevel } from './contract/plant.ts';

export interface Packs {
  readonly base: Pack;
  /** What a system may name as its profile. */
  readonly profiles: readonly string[];
  /** The pack by which a system is assessed. */
  of(system: Pick<PlantSystem, 'profile'>): Pack;
  profileOf(system: Pick<PlantSystem, 'profile'>): Profile | undefined;
  /** Its name among recorded inputs: packs with and without an industry's rows stand side by side. */
  nameOf(system: Pick<PlantSystem, 'profile'>): string;
  /** The plant with the profiles' targets where it states none of its own. */
  withTargets(plant: Plant): Plant;
}

/** @throws {BadPack} with every problem. Overlays of profiles are read when the first system names them. */
export function openPacks(
  folder: string,
  rules: string = join(folder, 'smm'),
  overlays: readonly string[] = [],
): Packs {
  const base = loadPack({ folder: rules, overlays }).pack;
  const profiles = loadProfiles(join(folder, 'profiles'));
  const loaded = new Map<string, Pack>();
  function profileOf({ profile }: Pick<PlantSystem, 'profile'>): Profile | undefined {
    return profiles.find((each) => each.id === profile);
  }
  return {
    base,
    profiles: profileIds(profiles),
    profileOf,
    of(system) {
      const profile = profileOf(system);
      if (profile === undefined) return base;
      const held = loaded.get(profile.id) ?? loadPack({ folder: rules, overlays: [...overlays, profile.overlay] }).pack;
      loaded.set(profile.id, held);
      return held;
    },
    nameOf: (system) => (profileOf(system) === undefined ? base.id : `${base.id}+${system.profile}`),
    withTargets: (plant) => ({
      ...plant,
      systems: plant.systems.map((system) => {
        const profile = profileOf(system);
        return profile === undefined ? system : { ...system, targets: targetsOf(profile, system) };
      }),
    }),
  };
}

function targetsOf(profile: Profile, system: PlantSystem): Readonly<Record<string, TargetLevel>> {
  return Object.fromEntries(
    Object.entries(targetsFrom(profile, system.targets)).filter(([, target]) => target !== undefined),
  );
}
