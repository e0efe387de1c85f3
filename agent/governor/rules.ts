/**
 * The 52 safety rules and where each stands. `enforced`: code holds it and a test named after it proves it. `partly`:
 * what is held and what is not. `planned`: nothing yet, so nothing may rely on it. A test compares this table with the
 * tests and with the README.
 */

export interface SafetyRule {
  readonly id: string;
  readonly rule: string;
  readonly state: 'enforced' | 'partly' | 'planned';
  /** How it is held, and what is missing. */
  readonly how: string;
}

export const safetyRules: readonly SafetyRule[] = [
  rule(
    1,
    'only targets on a signed, expiring list are contacted',
    'enforced',
    'plant file, its end and each entry’s; plans are bound to its hash. Where `PLIMSOLL_SIGNERS` names signers, only a list that one of them signed; elsewhere the plan says "not signed"',
  ),
  rule(2, 'no sweeps, ranges, groups or broadcasts', 'enforced', 'target URLs, pinned addresses, datagram sockets'),
  rule(3, 'no write verb is linked in', 'enforced', 'static test over the collectors and all that they import of ours'),
  rule(
    4,
    'packets come from reviewed encoders only',
    'partly',
    'own bytes leave in nine listed files only, and no option of a collector takes bytes (static test): TLS hellos, SSH greeting, SNMP discovery, one HTTP GET, Modbus, EtherNet/IP, BACnet; the last three tested byte by byte. MQTT, OPC UA, SSH sessions and SNMPv3 are encoded by libraries that nobody here reviewed',
  ),
  rule(
    5,
    'one connection per host, across agents',
    'enforced',
    'shared leases per host and per gateway or bus (`behind`), one open socket per run',
  ),
  rule(
    6,
    'requests per second and per run, bytes',
    'enforced',
    'limits per class; slots in the shared memory; strenuous options of a collector for `lab: true` alone',
  ),
  rule(7, 'ceilings per kind', 'enforced', 'reach of the plan'),
  rule(
    8,
    'passive first',
    'enforced',
    'a look whose facts are all freshly known from documents, listening or imported tables is not sent; one that is partly known says so',
  ),
  rule(
    9,
    'T4 only under a dated consent that names target and test',
    'enforced',
    'valid, at most 90 days, assets by id; recorded with the observation',
  ),
  rule(
    10,
    'windows, in the time zone of the site, under a clock that is right',
    'enforced',
    'at planning, at the start and during the run. Refused: a clock known to be unsynchronised or gone backwards; for controllers also one of which nothing is known, unless `site.clock` names who vouches; loopback exempt',
  ),
  rule(11, 'blackouts override everything and stop runs', 'enforced', 'at planning, at the start and during the run'),
  rule(
    12,
    'kill switch',
    'enforced',
    'sockets first, then the shared memory; every agent reads it each second; survives a restart',
  ),
  rule(
    13,
    'a baseline before probing',
    'enforced',
    'controllers: from history, or from three reads ten seconds apart: connects, over datagrams SNMP’s engine discovery and BACnet’s Who-Is, all in the budget; no answer, no look. Loopback exempt',
  ),
  rule(
    14,
    'abort on rising latency, then leave alone for 24 h',
    'enforced',
    'median per host and kind of request; our own delays are taken off',
  ),
  rule(
    15,
    'abort on silence',
    'enforced',
    'a controller that hangs up, or lets a probe time out, is asked nothing more in the scan',
  ),
  rule(
    16,
    'abort on error',
    'enforced',
    'refusal after success, an answer that does not fit its protocol, and what a device says of itself (Modbus exceptions 4 to 6, EtherNet/IP’s fault bits, OPC UA’s ServerState) end the run; on controllers a safety event, told to the site’s notices. SNMP and MQTT show no alarm',
  ),
  rule(
    17,
    'post-check',
    'enforced',
    'controllers: one read more after the look; slower than before, or none, a safety event with the times before and after: in the signed observation, told to the site’s notices, in the safety statement of the scan (CLI, API, scan page); 24 h of rest',
  ),
  rule(18, 'back-off, suspension after three failed days', 'enforced', 'shared memory; loopback exempt'),
  rule(19, 'breaker per zone', 'enforced', 'two degraded hosts within an hour; loopback exempt'),
  rule(
    20,
    'not during declared transients',
    'enforced',
    'a hold file of the zone, at planning, at the start and during the run; loopback too',
  ),
  rule(
    21,
    'session etiquette',
    'partly',
    'connections live 60 s at most, what a run leaves open is destroyed and reported. Goodbyes are the collectors’',
  ),
  rule(
    22,
    'we say who we are',
    'partly',
    'on the wire: our name and contact in the SSH greeting, client id with the site in MQTT. Sent, not yet shown by a test: HTTP user agent, application name and URI of OPC UA. TLS, SNMP as a manager, Modbus, EtherNet/IP and BACnet have no field for it',
  ),
  rule(23, 'only the zone’s agent', 'enforced', 'a zone that names its agent is refused to all others'),
  rule(24, 'redundant partners never within ten minutes', 'enforced', 'one asset of a group per scan; loopback exempt'),
  rule(25, 'stop contact and procedure before T2', 'enforced', 'reach of the plan; loopback exempt'),
  rule(26, 'the first scan of a zone sends nothing', 'enforced', 'blocked with the full plan shown; loopback exempt'),
  rule(27, 'then one device per model', 'enforced', 'the rest after 24 h or a person’s word; loopback exempt'),
  rule(
    28,
    'every packet is logged',
    'partly',
    'ledger by kind, bytes and transcript per run in the evidence; not each packet',
  ),
  rule(
    29,
    'fragile models are capped',
    'partly',
    'asset types that the plant file calls fragile, and models of a list of advisories (`site.fragile`), are capped at T1, by what the plant file declares and by what a device answers. Firmware does not count, and no list is shipped',
  ),
  rule(30, 'no bytes to unknown ports', 'enforced', 'address and port are pinned to the declared service'),
  rule(
    31,
    'no guessing, no second log-in within 24 h',
    'partly',
    'a refused credential rests for 24 h, and for the rest of the scan whatever probe carries it (loopback: the scan only). No list of guesses lies in the code. How often a collector logs in within one run is bounded by its planned requests: once over SSH, not counted per identity elsewhere',
  ),
  rule(
    32,
    'credentials at use time, never kept or shown',
    'enforced',
    'read in the run; facts, transcript and detail are searched for every secret. The runtime cannot zeroise strings',
  ),
  rule(
    33,
    'secrets in data are dropped',
    'enforced',
    'facts and transcript lines that show a secret by its shape are left out of evidence; class and place remain',
  ),
  rule(
    34,
    'collectors write nowhere',
    'partly',
    'static test: no file written outside key folders of certificates, no process but tshark on a capture that is there',
  ),
  rule(35, 'missed schedules are never caught up', 'enforced', 'skipped and recorded, across restarts'),
  rule(
    36,
    'only while somebody can react',
    'enforced',
    'shifts of the zone, for controllers, at planning, at the start and during the run; a zone without shifts goes by its windows',
  ),
  rule(37, 'every refusal is evidence', 'enforced', 'observation `blocked` with rule and reason'),
  rule(
    38,
    'releases are run against write-detecting servers',
    'enforced',
    'every collector that connects goes through the shared suite, whose servers count writes; the gate runs all of it',
  ),
  rule(39, 'safety statement per run', 'enforced', 'printed by `scan`, and under the scan in the API'),
  rule(40, 'probing is optional, and the documents say so', 'enforced', 'README; a plan without probes is a plan'),
  rule(
    41,
    'safety functions and their hosts: never',
    'enforced',
    'every address and name of theirs, whatever the spelling; on loopback address and port',
  ),
  rule(
    42,
    'touch none loads no connecting collector',
    'enforced',
    'collectors are loaded inside their run; names of such zones are not even resolved',
  ),
  rule(
    43,
    'addresses are pinned',
    'enforced',
    'every socket is compared with the plan before its first packet; names lead to the pinned address',
  ),
  rule(44, 'keys are hosts, not assets', 'enforced', 'leases, rates and holds'),
  rule(
    45,
    'controllers need an approval',
    'enforced',
    'by whom, since when, for which collectors and until when; Modbus, EtherNet/IP and BACnet only where it names them',
  ),
  rule(
    46,
    'stop when the device is another than declared',
    'partly',
    'another maker than the plant file names stops the run before the next request, and later runs. Kinds and MAC addresses are not compared',
  ),
  rule(
    47,
    'slow links',
    'enforced',
    'bytes per zone and day by link; slow ones are only listened to until somebody decides for a device. Runs side by side may pass the mark by what they are reading',
  ),
  rule(
    48,
    'a reading account that can write is closed',
    'enforced',
    'SSH leaves at once, access lists of SNMP and OPC UA are the last thing asked; refused until a person resumes',
  ),
  rule(
    49,
    'process heartbeat',
    'enforced',
    'a number that the plant writes to a file, with band and age; a zone that left it stays closed until a person resumes',
  ),
  rule(
    50,
    'operations are told first',
    'enforced',
    'notices of the site, by mail (TLS), to a webhook or a file, before the first packet and after the last; a required one that fails: no run',
  ),
  rule(51, 'controllers: one TLS handshake a run', 'enforced', 'gentle options when planned, counted when run'),
  rule(
    52,
    'leases of 30 s; who loses the shared memory stops',
    'enforced',
    'renewed every 8 s; an unreadable kill switch counts as pulled',
  ),
];

function rule(number: number, text: string, state: SafetyRule['state'], how: string): SafetyRule {
  return { id: `SAF-${String(number).padStart(2, '0')}`, rule: text, state, how };
}

/** The table of the README. */
export function rulesTable(): string {
  const rows = safetyRules.map(({ id, rule, state, how }) => `| ${id} | ${rule} | ${state} | ${how} |`);
  return ['| id | rule | state | how |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
