/**
 * Every command that is ever run on a host, letter by letter. None holds a value of ours or of the host, none changes
 * anything, none reaches the network. `commands.txt` is the same list for a forced command; a test compares them.
 */

const run = 'LC_ALL=C nice -n 19';

export const commands = {
  account: `${run} id`,
  writable: `${run} sh -c 'for f in / /etc /etc/passwd /etc/shadow /etc/ssh/sshd_config /bin /usr/bin /boot /var/lib /var/log; do test -w "$f" && echo "$f"; done; true'`,
  clock: `${run} date -u +%s`,
  release: `${run} cat /etc/os-release`,
  kernel: `${run} uname -rm`,
  restart: `${run} ls -d /run/reboot-required /var/run/reboot-required /boot/vmlinuz-*`,
  serverSettings: `${run} grep -H "" /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf`,
  // Two columns less than the files have: a password hash never leaves the host.
  users: `${run} cut -d: -f1,3,4,7 /etc/passwd`,
  groups: `${run} cut -d: -f1,3,4 /etc/group`,
  passwordRules: `${run} grep -HE "pam_pwquality|minlen" /etc/security/pwquality.conf /etc/security/pwquality.conf.d/*.conf /etc/pam.d/common-password /etc/pam.d/system-auth`,
  listeners: `${run} sh -c 'ss -Hltnup 2>/dev/null || netstat -lntu'`,
  // Names only: arguments of programs may hold secrets.
  programs: `${run} sh -c 'cat /proc/[0-9]*/comm 2>/dev/null'`,
  services: `${run} systemctl is-active auditd rsyslog syslog-ng systemd-journald systemd-journal-upload vector fluent-bit filebeat clamav-daemon fapolicyd`,
  forwarding: `${run} grep -HE "@|omfwd|omrelp|StreamDriver|tls|URL=|log_ip|log_proto" /etc/rsyslog.conf /etc/rsyslog.d/*.conf /etc/systemd/journal-upload.conf /etc/config/system`,
  journal: `${run} grep -H "" /etc/systemd/journald.conf /etc/systemd/journald.conf.d/*.conf /run/systemd/journald.conf.d/*.conf /usr/lib/systemd/journald.conf.d/*.conf`,
  disks: `${run} lsblk -J -o NAME,TYPE,FSTYPE,MOUNTPOINT`,
  time: `${run} sh -c 'timedatectl show -p NTPSynchronized 2>/dev/null; chronyc -n tracking 2>/dev/null; true'`,
  boot: `${run} sh -c 'ls -d /sys/firmware/efi /sys/firmware/memmap /sys/firmware/dmi; od -An -tu1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'`,
  media: `${run} sh -c 'ls -d /lib/modules/*/modules.builtin /lib/modules/*/kernel/drivers/usb/storage/usb-storage.ko*; grep -H usb-storage /lib/modules/*/modules.builtin; grep -HE "^ *(install|blacklist) +usb[-_]storage" /etc/modprobe.d/*.conf /run/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf; grep -o "^usb_storage " /proc/modules'`,
  malware: `${run} sh -c 'stat -c "%n %Y" /var/lib/clamav/daily.cvd /var/lib/clamav/daily.cld; grep -H permissive /etc/fapolicyd/fapolicyd.conf'`,
  aptTrust: `${run} sh -c 'apt-config dump | grep -iE "AllowUnauthenticated|AllowInsecureRepositories|AllowDowngradeToInsecure"; grep -HoiE "trusted[=:] *yes|allow-insecure[=:] *yes" /etc/apt/sources.list /etc/apt/sources.list.d/*'`,
  dnfTrust: `${run} grep -HoiE "^ *gpgcheck *= *[a-z0-9]+" /etc/dnf/dnf.conf /etc/yum.conf /etc/yum.repos.d/*.repo`,
  opkgTrust: `${run} grep -HE "check_signature" /etc/opkg.conf`,
  aptIndex: `${run} sh -c 'stat -c %Y /var/lib/apt/lists; ls /var/lib/apt/lists'`,
  // A simulation without lock, and without the caches that it would otherwise write.
  aptUpdates: `${run} apt-get -s -o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= dist-upgrade`,
  dnfIndex: `${run} sh -c 'stat -c %Y /var/cache/dnf/*/repodata/repomd.xml'`,
  dnfUpdates: `${run} dnf -q -C updateinfo list --security`,
} as const;

export type CommandName = keyof typeof commands;

/** Who we are comes first: an account that could write is left before anything else is asked. */
export const accountCommands = ['account', 'writable'] as const satisfies readonly CommandName[];

export const hostCommands = [
  'clock',
  'release',
  'kernel',
  'restart',
  'serverSettings',
  'users',
  'groups',
  'passwordRules',
  'listeners',
  'programs',
  'services',
  'forwarding',
  'journal',
  'disks',
  'time',
  'boot',
  'media',
  'malware',
] as const satisfies readonly CommandName[];

export type PackageSystem = 'apt' | 'dnf' | 'opkg';

export const packageCommands: Readonly<Record<PackageSystem, readonly CommandName[]>> = {
  apt: ['aptTrust', 'aptIndex', 'aptUpdates'],
  dnf: ['dnfTrust', 'dnfIndex', 'dnfUpdates'],
  opkg: ['opkgTrust'],
};
