/** What the demo plant's other systems know, as the tables that they would export: no packet is sent for them. */
import { demoAssets, demoTypes } from './assets.ts';
import { isCritical } from './statements.ts';

interface Row {
  readonly asset?: string;
  readonly system?: string;
  readonly organisation?: string;
  readonly fact: string;
  readonly value: unknown;
  readonly observedAt: string;
}

/** File name and text by source. */
export function demoImports(): Readonly<Record<string, { file: string; text: string }>> {
  const today = hoursAgo(2);
  const able = (word: string) => demoAssets.filter((each) => (demoTypes[each.type] ?? []).includes(word));
  const backups = able('backup').flatMap((each): Row[] => [
    { asset: each.id, fact: 'backup.lastSuccess', value: hoursAgo(30), observedAt: today },
    { asset: each.id, fact: 'backup.interval', value: 604_800, observedAt: today },
    { asset: each.id, fact: 'backup.offline', value: true, observedAt: today },
  ]);
  const projects = able('backup')
    .filter((each) => isCritical(each.kind, each.criticality) && ['plc', 'robot'].includes(each.kind))
    .flatMap((each): Row[] => [
      { asset: each.id, fact: 'backup.project.archivedAt', value: hoursAgo(300), observedAt: today },
      { asset: each.id, fact: 'backup.project.offline', value: true, observedAt: today },
      { asset: each.id, fact: 'config.lastChange', value: hoursAgo(900), observedAt: today },
    ]);
  const logs = able('logging').flatMap((each): Row[] => [
    { asset: each.id, fact: 'logging.central.lastSeenAt', value: hoursAgo(3), observedAt: today },
    { asset: each.id, fact: 'logging.remote.enabled', value: true, observedAt: today },
  ]);
  const inSystem = (fact: string, value: unknown): Row => ({ system: 'line-3', fact, value, observedAt: today });
  return {
    backup: { file: 'backup.csv', text: table(backups) },
    project: { file: 'projects.csv', text: table(projects) },
    cmdb: {
      file: 'serial-numbers.csv',
      text: table(
        demoAssets
          .filter((each) => !['opcua', 'snmp'].includes(each.runs ?? ''))
          .map((each, index) => ({
            asset: each.id,
            fact: 'identity.deviceId',
            value: `AF-${2100 + index}`,
            observedAt: today,
          })),
      ),
    },
    siem: {
      file: 'siem.jsonl',
      text: lines([
        ...logs,
        inSystem('alert.rules.enabled', ['failedLogon', 'newDevice', 'configurationChange', 'malware']),
        inSystem('alert.rules.testedAt', hoursAgo(24 * 40)),
        inSystem('alert.recipient', 'on-call operations'),
      ]),
    },
    idp: {
      file: 'directory.csv',
      text: table([
        inSystem('auth.multiFactor.required', true),
        inSystem('remote.signIn.total', 42),
        inSystem('remote.signIn.multiFactor.count', 42),
        { organisation: 'acme-foods', fact: 'leaver.total', value: 3, observedAt: today },
        { organisation: 'acme-foods', fact: 'leaver.disabledInTime.count', value: 3, observedAt: today },
      ]),
    },
    firewall: {
      file: 'firewall.jsonl',
      text: lines([
        inSystem('exposure.internet.checkedAt', today),
        inSystem('exposure.internet.controlServices', []),
        inSystem('exposure.internet.modemsUndeclared.count', 0),
        inSystem('exposure.listedAt', today),
        inSystem('exposure.services', [
          {
            id: 'remote-access-https',
            assetId: 'remote-access',
            protocol: 'https',
            from: 'internet',
            inThreatList: true,
            inModel: true,
          },
          {
            id: 'dmz-broker-mqtts',
            assetId: 'dmz-broker',
            protocol: 'mqtts',
            from: 'business',
            inThreatList: true,
            inModel: true,
          },
        ]),
        ...demoAssets
          .filter((each) => each.zone === 'dmz')
          .map((each): Row => ({ asset: each.id, fact: 'service.cleartext.crossing', value: [], observedAt: today })),
      ]),
    },
  };
}

function hoursAgo(hours: number): string {
  return new Date(Math.floor(Date.now() / 3_600_000 - hours) * 3_600_000).toISOString();
}

function table(rows: readonly Row[]): string {
  const head = 'asset,system,organisation,fact,value,observedAt';
  const body = rows.map((row) =>
    [row.asset ?? '', row.system ?? '', row.organisation ?? '', row.fact, String(row.value), row.observedAt].join(','),
  );
  return `${[head, ...body].join('\n')}\n`;
}

function lines(rows: readonly Row[]): string {
  return `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
}
