/** What the package system says of updates and of who may publish them. Pure. */
import { type Answers, linesOf, pairsOf, settingsOf, troubleWith } from './answers.ts';
import type { PackageSystem } from './commands.ts';
import type { Found } from './draft.ts';
import type { CommandAnswer } from './raw.ts';

/** Which package system a distribution uses, by os-release(5). */
export function packageSystemOf(release: CommandAnswer | undefined): PackageSystem | undefined {
  const pairs = pairsOf(release?.output ?? '');
  const ids = `${pairs.get('ID') ?? ''} ${pairs.get('ID_LIKE') ?? ''}`.toLowerCase().split(/\s+/);
  if (ids.some((id) => id === 'debian' || id === 'ubuntu')) return 'apt';
  if (ids.some((id) => ['rhel', 'fedora', 'centos', 'rocky', 'almalinux', 'ol'].includes(id))) return 'dnf';
  return ids.some((id) => ['openwrt', 'lede'].includes(id)) ? 'opkg' : undefined;
}

/** Updates from a security pocket that a full upgrade would install. Nothing is said without an index to count by. */
export function pendingSecurityUpdates(answers: Answers): Found<number> | undefined {
  const system = packageSystemOf(answers.get('release'));
  if (system === 'opkg' || (system === undefined && answers.has('release'))) return { unseen: 'unsupported' };
  if (system === 'dnf') return dnfCount(answers.get('dnfUpdates'));
  return system === 'apt' ? aptCount(answers.get('aptUpdates'), answers.get('aptIndex')) : undefined;
}

/** `Inst libc6 [2.36-9] (2.36-10 Debian-Security:12/stable-security [amd64])`. */
function aptCount(updates: CommandAnswer | undefined, index: CommandAnswer | undefined): Found<number> | undefined {
  if (updates === undefined) return undefined;
  const trouble = troubleWith(updates) ?? (updates.code === 0 ? undefined : 'ambiguous');
  if (trouble !== undefined) return { unseen: trouble };
  // Without the list of a security pocket no update can show, which is not the same as none.
  if (!linesOf(index?.output ?? '').some((name) => /security.*_(Packages|InRelease|Release)/i.test(name))) {
    return { unseen: 'ambiguous' };
  }
  const installs = linesOf(updates.output).filter((line) => line.startsWith('Inst '));
  const origins = installs.map((line) => /\(([^)]*)\)/.exec(line)?.[1] ?? '');
  return { value: origins.filter((origin) => /security/i.test(origin)).length, basis: 'authoritative' };
}

/** `FEDORA-2024-1234 Important/Sec. openssl-1:3.0.9-2.fc38.x86_64`: packages, each once. */
function dnfCount(updates: CommandAnswer | undefined): Found<number> | undefined {
  if (updates === undefined) return undefined;
  const trouble = troubleWith(updates) ?? (updates.code === 0 ? undefined : 'ambiguous');
  if (trouble !== undefined) return { unseen: trouble };
  if (/cache-?only|no cache|failed to download/i.test(updates.errors)) return { unseen: 'ambiguous' };
  const packages = linesOf(updates.output)
    .map((line) => /^\S+\s+(?:\S*\/)?Sec\.\s+(\S+)$/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  return { value: new Set(packages.map(packageName)).size, basis: 'authoritative' };
}

/** Name and architecture of `name-epoch:version-release.arch`: several advisories may mend one package. */
function packageName(text: string): string {
  const match = /^(.*)-[^-]+-[^-]+\.([^.]+)$/.exec(text);
  return match === null ? text : `${match[1]}.${match[2]}`;
}

/** Seconds between the last refresh of the index and the host's own clock. */
export function indexAge(answers: Answers): Found<number> | undefined {
  const answer = answers.get('aptIndex') ?? answers.get('dnfIndex');
  const now = Number(answers.get('clock')?.output.trim());
  if (answer === undefined) {
    return answers.has('release') && packageSystemOf(answers.get('release')) !== 'apt'
      ? { unseen: 'unsupported' }
      : undefined;
  }
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return { unseen: trouble };
  const times = linesOf(answer.output)
    .filter((line) => /^\d{6,11}$/.test(line))
    .map(Number);
  if (times.length === 0 || !Number.isSafeInteger(now) || now === 0) return { unseen: 'unsupported' };
  // Several repositories: the oldest decides. A clock that went back makes no age.
  const age = now - Math.min(...times);
  return age < 0 ? { unseen: 'ambiguous' } : { value: age, basis: 'stated' };
}

/** Whether the package system, as it is set up, takes packages that nobody signed. */
export function signatureRequired(answers: Answers): Found<boolean> | undefined {
  const apt = answers.get('aptTrust');
  const dnf = answers.get('dnfTrust');
  const opkg = answers.get('opkgTrust');
  const answer = apt ?? dnf ?? opkg;
  if (answer === undefined)
    return answers.has('release') && packageSystemOf(answers.get('release')) === undefined
      ? { unseen: 'unsupported' }
      : undefined;
  const trouble = troubleWith(answer);
  if (trouble !== undefined) return { unseen: trouble };
  const stated = (value: boolean): Found<boolean> => ({ value, basis: 'stated' });
  if (apt !== undefined) {
    const lines = linesOf(apt.output);
    const loose = lines.some(
      (line) => /(trusted|allow-insecure)[=:] *yes/i.test(line) || /"(1|true|yes|on|with|enable)";$/i.test(line),
    );
    return stated(!loose);
  }
  if (opkg !== undefined)
    return stated(settingsOf(opkg.output).some(({ text }) => /^option\s+check_signature/.test(text)));
  const checks = settingsOf(dnf?.output ?? '');
  const off = checks.some(({ text }) => /=\s*(0|no|false|off)$/i.test(text));
  const mainOn = checks.some(({ file, text }) => !file.includes('.repos.d/') && /=\s*(1|yes|true|on)$/i.test(text));
  return off || mainOn ? stated(!off) : { unseen: 'ambiguous' };
}
