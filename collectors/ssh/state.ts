/** Release, restart, disks, clock, boot and protection from malware. Pure. */
import { z } from 'zod';
import type { FactValue } from '../contract/vocabulary.ts';
import { type Answers, linesOf, pairsOf, settingsOf, troubleWith } from './answers.ts';
import type { Found } from './draft.ts';
import { runningOf } from './logging.ts';
import type { SshRaw } from './raw.ts';

/** os-release(5): an image's own version where there is one, else the release as the distribution prints it. */
export function releaseOf(answers: Answers): Found<string> | undefined {
  const answer = answers.get('release');
  if (answer === undefined) return undefined;
  const pairs = pairsOf(answer.output);
  const image = pairs.get('IMAGE_VERSION');
  const version = image ? `${pairs.get('IMAGE_ID') ?? ''} ${image}`.trim() : pairs.get('PRETTY_NAME');
  return version ? { value: version.slice(0, 200), basis: 'stated' } : { unseen: troubleWith(answer) ?? 'unsupported' };
}

/** Only where the release names its own last day (SUPPORT_END). */
export function supportOf(raw: SshRaw): Found<boolean> | undefined {
  const answer = raw.answers.get('release');
  if (answer === undefined || raw.connectedAt === undefined) return undefined;
  const end = pairsOf(answer.output).get('SUPPORT_END') ?? '';
  if (!/^\d{4}-\d\d-\d\d$/.test(end)) return { unseen: 'unsupported' };
  return { value: raw.connectedAt.toISOString().slice(0, 10) <= end, basis: 'stated' };
}

/** The distribution's own mark, else whether a newer kernel lies beside the running one. */
export function restartPending(answers: Answers): Found<boolean> | undefined {
  const answer = answers.get('restart');
  const running = answers.get('kernel')?.output.trim().split(' ')[0];
  if (answer === undefined || running === undefined) return undefined;
  const paths = linesOf(answer.output);
  if (paths.some((path) => path.endsWith('/reboot-required'))) return { value: true, basis: 'authoritative' };
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return { unseen: trouble };
  const kernels = paths
    .flatMap((path) => /\/vmlinuz-(.+)$/.exec(path)?.[1] ?? [])
    .filter((name) => !/rescue/.test(name));
  // A container, or a kernel from elsewhere: what lies here says nothing about what runs.
  if (!kernels.includes(running)) return { unseen: 'unsupported' };
  const newest = kernels.toSorted(compareVersions).at(-1);
  return { value: newest !== running, basis: 'inferred' };
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

const diskSchema: z.ZodType<Disk> = z.lazy(() =>
  z.object({
    type: z.string().nullable().optional(),
    fstype: z.string().nullable().optional(),
    mountpoint: z.string().nullable().optional(),
    children: z.array(diskSchema).optional(),
  }),
);
interface Disk {
  readonly type?: string | null | undefined;
  readonly fstype?: string | null | undefined;
  readonly mountpoint?: string | null | undefined;
  readonly children?: readonly Disk[] | undefined;
}

/** What must stay readable to start the machine, and what holds no data at rest. */
const leftOut = /^\/(boot|efi|rom)(\/|$)|^\[SWAP\]$|^\/snap\//;

/** Whether every mounted file system lies on dm-crypt. Drives that encrypt by themselves cannot be seen from here. */
export function disksEncrypted(answers: Answers): Found<boolean> | undefined {
  const answer = answers.get('disks');
  if (answer === undefined) return undefined;
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return { unseen: trouble };
  const parsed = z.object({ blockdevices: z.array(diskSchema) }).safeParse(jsonOf(answer.output));
  if (!parsed.success) return { unseen: 'unsupported' };
  const mounts: { readonly at: string; readonly encrypted: boolean }[] = [];
  const walk = (disk: Disk, above: boolean): void => {
    const encrypted = above || disk.type === 'crypt';
    const at = disk.mountpoint ?? '';
    if (at.startsWith('/') && !leftOut.test(at)) mounts.push({ at, encrypted });
    for (const child of disk.children ?? []) walk(child, encrypted);
  };
  for (const disk of parsed.data.blockdevices) walk(disk, false);
  if (!mounts.some(({ at }) => at === '/' || at === '/overlay')) return { unseen: 'unsupported' };
  return { value: mounts.every(({ encrypted }) => encrypted), basis: 'inferred' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An old lsblk answers with its usage: the schema then says that this is no list of disks.
    return undefined;
  }
}

/** The state by chrony where it answers, else by the service manager. */
export function clockState(answers: Answers): Found<FactValue<'time.sync.state'>> | undefined {
  const answer = answers.get('time');
  if (answer === undefined) return undefined;
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(answer.output)?.[1]?.trim();
  const reference = /^Reference ID\s*:\s*([0-9A-F]{8})/m.exec(answer.output)?.[1];
  if (leap !== undefined) {
    if (leap === 'Not synchronised') return { value: 'unsynchronised', basis: 'authoritative' };
    // 127.127.1.1 is chrony's own local reference.
    return { value: reference === '7F7F0101' ? 'local' : 'synchronised', basis: 'authoritative' };
  }
  const synchronised = /^NTPSynchronized=(yes|no)$/m.exec(answer.output)?.[1];
  if (synchronised === undefined) return { unseen: 'unsupported' };
  return { value: synchronised === 'yes' ? 'synchronised' : 'unsynchronised', basis: 'authoritative' };
}

/** The host's clock against ours, by whole seconds. */
export function clockOffset({ answers, clock }: SshRaw): Found<number> | undefined {
  const answer = answers.get('clock');
  if (answer === undefined || clock === undefined) return undefined;
  const seconds = answer.output.trim();
  if (!/^\d{1,11}$/.test(seconds)) return { unseen: troubleWith(answer) ?? 'unsupported' };
  // The host cut the fraction off: half a second is the best guess.
  const offset = Number(seconds) + 0.5 - (clock.askedMs + clock.answeredMs) / 2000;
  return { value: Math.round(offset), basis: 'stated' };
}

/** The firmware's own variable. A machine without UEFI may verify its boot in another way, unless it is a PC. */
export function secureBoot(answers: Answers): Found<boolean> | undefined {
  const answer = answers.get('boot');
  if (answer === undefined) return undefined;
  const variable = /^\s*\d+\s+\d+\s+\d+\s+\d+\s+([01])\s*$/m.exec(answer.output)?.[1];
  if (variable !== undefined) return { value: variable === '1', basis: 'authoritative' };
  const paths = linesOf(answer.output);
  const seesFirmware = paths.includes('/sys/firmware/memmap') || paths.includes('/sys/firmware/dmi');
  const isPc = /\s(x86_64|i[3-6]86)$/.test(answers.get('kernel')?.output.trim() ?? '');
  if (isPc && seesFirmware && !paths.includes('/sys/firmware/efi')) return { value: false, basis: 'inferred' };
  return { unseen: /permission denied/i.test(answer.errors) ? 'denied' : 'unsupported' };
}

export interface MalwareProtection {
  readonly kind: Found<FactValue<'host.malwareProtection.kind'>>;
  readonly active: Found<boolean>;
  readonly patternAge: Found<number>;
}

/** ClamAV and fapolicyd. That neither is there does not mean that nothing protects the host. */
export function malwareProtection(answers: Answers): MalwareProtection | undefined {
  const answer = answers.get('malware');
  if (answer === undefined || !answers.has('services')) return undefined;
  const running = runningOf(answers);
  const none = { unseen: 'unsupported' } as const;
  const now = Number(answers.get('clock')?.output.trim());
  const patterns = [...answer.output.matchAll(/^\/var\/lib\/clamav\/\S+ (\d{6,11})$/gm)].map((match) =>
    Number(match[1]),
  );
  const age = now - Math.max(...patterns);
  const patternAge: Found<number> = age >= 0 && Number.isFinite(age) ? { value: age, basis: 'stated' } : none;
  if (running?.units.has('fapolicyd')) {
    const permissive = settingsOf(answer.output).find(({ text }) => /^permissive\s*=/.test(text))?.text;
    const active: Found<boolean> =
      permissive === undefined
        ? { unseen: troubleWith(answer) ?? 'unsupported' }
        : { value: /=\s*0\b/.test(permissive), basis: 'stated' };
    return { kind: { value: 'allowListing', basis: 'authoritative' }, active, patternAge };
  }
  if (running?.units.has('clamav-daemon')) {
    return {
      kind: { value: 'antiMalware', basis: 'authoritative' },
      active: { value: true, basis: 'authoritative' },
      patternAge,
    };
  }
  if (running !== undefined && patterns.length > 0) {
    return {
      kind: { value: 'antiMalware', basis: 'inferred' },
      active: { value: false, basis: 'inferred' },
      patternAge,
    };
  }
  return { kind: none, active: none, patternAge };
}
