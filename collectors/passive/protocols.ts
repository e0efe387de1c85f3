/** Words that sources use for protocols, in ours. What is not here keeps no name: a port number is no proof. */

const words: Readonly<Record<string, string>> = {
  bacnet: 'bacnet',
  bacapp: 'bacnet',
  cip: 'enip',
  cipio: 'enip',
  coap: 'coap',
  dhcp: 'dhcp',
  dhcpv6: 'dhcp',
  dnp3: 'dnp3',
  dnp3_tcp: 'dnp3',
  dnp3_udp: 'dnp3',
  dns: 'dns',
  enip: 'enip',
  'enip-tcp': 'enip',
  'enip-udp': 'enip',
  enip_tcp: 'enip',
  enip_udp: 'enip',
  ftp: 'ftp',
  'ftp-data': 'ftp',
  http: 'http',
  http2: 'http',
  '104apci': 'iec104',
  iec104: 'iec104',
  iec60870_asdu: 'iec104',
  iec60870_104: 'iec104',
  kerberos: 'kerberos',
  krb: 'kerberos',
  ldap: 'ldap',
  mbtcp: 'modbus',
  modbus: 'modbus',
  mqtt: 'mqtt',
  ntp: 'ntp',
  opcua: 'opcua',
  opcua_binary: 'opcua',
  pn_dcp: 'profinet',
  pn_io: 'profinet',
  profinet: 'profinet',
  quic: 'tls',
  rdp: 'rdp',
  rfb: 'vnc',
  s7comm: 's7',
  's7comm-plus': 's7plus',
  s7comm_plus: 's7plus',
  smb: 'smb',
  smb2: 'smb',
  ssh: 'ssh',
  ssl: 'tls',
  syslog: 'syslog',
  telnet: 'telnet',
  tftp: 'tftp',
  tls: 'tls',
  vnc: 'vnc',
};

/** `modbus`, `tls`, `snmpv2c` ...; undefined for what says nothing of the application. */
export function protocolOf(word: string): string | undefined {
  const plain = word.toLowerCase();
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}

/** SNMP by its version, as Zeek (`1`, `2c`, `3`) or a dissector (`0`, `1`, `3` on the wire) gives it. */
export function snmpVersion(version: string, spelled: 'named' | 'wire'): string {
  const byName = { '1': 'snmpv1', '2': 'snmpv2c', '2c': 'snmpv2c', '3': 'snmpv3' };
  const byNumber = { '0': 'snmpv1', '1': 'snmpv2c', '3': 'snmpv3' };
  const table: Readonly<Record<string, string>> = spelled === 'named' ? byName : byNumber;
  return Object.hasOwn(table, version) ? (table[version] ?? 'snmp') : 'snmp';
}

/** What was recognised together: inside TLS the inner name is what is encrypted, so TLS alone counts. */
export function withoutInner(protocols: readonly string[]): readonly string[] {
  return protocols.includes('tls') ? ['tls'] : protocols;
}
