/** What people of the demo plant say: the rows that no probe can see, some of them examined by an auditor. */
import { demoAssets, demoTypes } from './assets.ts';

const ada = 'ada@acme-foods.example';
const max = 'max@acme-foods.example';
const ines = 'ines@audit.example';

/** A calendar day so many days before today. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

export function demoStatements(): object {
  const line = { system: 'line-3' };
  const own = { organisation: 'acme-foods' };
  const critical = demoAssets.filter((asset) => isCritical(asset.kind, asset.criticality));
  const typeRegister = [...new Set(demoAssets.map((asset) => asset.type))].map((id) => ({
    id,
    main: true,
    critical: critical.some((asset) => asset.type === id),
    updateSource: `support@${id}.example`,
    updateDecidedAt: daysAgo(120),
    baseConfigAt: daysAgo(200),
    holdsKeys: (demoTypes[id] ?? []).includes('tls'),
    ...((demoTypes[id] ?? []).includes('tls') ? { keyLocation: 'protectedFile' } : {}),
    recoveryStepsAt: daysAgo(90),
    sparesKnown: true,
  }));
  return {
    plimsoll: 1,
    statements: [
      said('owner', 'appointment', line, max, 40, {
        'program.owner.name': 'Max Keller',
        'program.owner.confirmedAt': daysAgo(40),
        'program.deputy.name': 'Ada Brandt',
        'risk.decider.name': 'Ada Brandt',
        'risk.decider.confirmedAt': daysAgo(40),
        'logging.review.personName': 'Max Keller',
        'intel.reader.name': 'Max Keller',
        'intel.reader.confirmedAt': daysAgo(40),
        'restore.person.named': true,
        'restore.person.confirmedAt': daysAgo(40),
      }),
      said('policy', 'policy', own, ada, 60, {
        'policy.security.approver': 'Ada Brandt',
        'policy.security.approvedAt': daysAgo(200),
        'policy.data.approvedAt': daysAgo(200),
        'incident.eventNotion.statedAt': daysAgo(200),
        'patch.emergency.approvedAt': daysAgo(100),
        'patch.emergency.decider': 'Max Keller',
        'patch.emergency.substitutes': true,
      }),
      said('policy-scope', 'policy', line, ada, 60, {
        'policy.security.coversSystem': true,
        'incident.eventNotion.knownInOperations': true,
        'program.plan.approvedAt': daysAgo(90),
        'program.practices.belowTarget.funded.count': 12,
      }),
      said('roles', 'register', line, max, 50, {
        'program.practices.accountable.count': 14,
        'program.roles.reviewedAt': daysAgo(50),
        'scope.declaredAt': daysAgo(50),
        'role.defined.count': 5,
        'role.mainUses.covered.count': 3,
        'role.reviewedAt': daysAgo(50),
        'obligation.count': 2,
        'obligation.listedAt': daysAgo(80),
        'obligation.register': [
          { id: 'nis2', owner: 'Ada Brandt', ownerActive: true, mainUse: true },
          { id: 'machinery', owner: 'Max Keller', ownerActive: true, mainUse: true },
        ],
        'risk.top.count': 4,
        'risk.top.withConsequence.count': 4,
        'risk.listedAt': daysAgo(70),
        'partner.listed.count': 1,
        'partner.remoteParties.named': true,
        'partner.listedAt': daysAgo(70),
        'data.sensitive.count': 3,
        'data.listedAt': daysAgo(70),
        'credential.kinds.count': 6,
        'credential.listedAt': daysAgo(70),
        'incident.contacts.roles': ['operationsOnCall', 'maker', 'authority'],
        'incident.contacts.checkedAt': daysAgo(30),
        'intel.sources.count': 5,
        'intel.sources.listedAt': daysAgo(30),
      }),
      said('type-register', 'register', line, max, 50, { 'assetType.register': typeRegister }),
      said('peers', 'review', line, max, 45, {
        'peerIncident.reviewed.count': 3,
        'peerIncident.lastReviewedAt': daysAgo(45),
        'asset.inventory.reviewedAt': daysAgo(45),
      }),
      said('threats', 'threatModel', line, max, 65, {
        'plantFunction.register': [
          { id: 'fill', critical: true, threats: ['lossOfControl', 'lossOfView', 'lossOfAvailability'] },
          { id: 'palletise', critical: true, threats: ['lossOfControl', 'lossOfView', 'lossOfAvailability'] },
        ],
        'useCase.main.total': 3,
        'useCase.main.modelled.count': 3,
        'threatModel.lastReviewed': daysAgo(65),
      }),
      said('day-one', 'interview', line, max, 25, {
        'exposure.confirmedAt': daysAgo(25),
        'exposure.listedAt': daysAgo(25),
        'account.adminPeople.total': 3,
        'account.adminPeople.separate.count': 3,
        'account.admin.total': 3,
        'account.admin.personal.count': 3,
        'change.log.lastEntryAt': daysAgo(6),
        'logging.review.lastAt': daysAgo(12),
        'dataStore.register': [
          { id: 'historian-db', main: true, offered: true, encrypted: true },
          { id: 'broker-store', main: true, offered: false, encrypted: false },
        ],
        'cloud.account.count': 0,
      }),
      said('purchase', 'contract', own, ada, 90, {
        'purchase.clause.inForce': true,
        'purchase.clause.approvedAt': daysAgo(400),
      }),
      said('remote-help-contract', 'contract', { organisation: 'remote-help' }, ada, 90, {
        'partner.agreement.onFile': true,
      }),
      said('site', 'appointment', line, max, 40, {
        'site.register': [{ id: 'north', main: true, critical: true, physicalOwner: 'Jo Weber' }],
      }),
      said('walk', 'walkdown', { asset: critical.map((asset) => asset.id) }, max, 20, { 'physical.locked': true }),
      said('commissioning', 'configuration', { asset: critical.map((asset) => asset.id) }, max, 30, {
        'auth.defaultCredential.present': false,
      }),
      said('local-logs', 'configuration', { asset: logging() }, max, 30, { 'logging.local.enabled': true }),
      said(
        'panels',
        'configuration',
        { asset: ['pick-robot', 'sis-1', 'historian', 'remote-access', 'edge-gateway'] },
        max,
        30,
        {
          'auth.anonymous.accepted': false,
        },
      ),
      said('safety-panel', 'configuration', { asset: 'sis-1' }, max, 30, {
        'channel.strongestEncryption': 'encrypted',
      }),
      said(
        'plc-versions',
        'walkdown',
        {
          asset: [
            'filler-plc',
            'capper-plc',
            'palletiser-plc',
            'pick-robot',
            'sis-1',
            'historian',
            'remote-access',
            'cell-sensor',
            'control-sensor',
          ],
        },
        max,
        20,
        {
          'firmware.version': '4.2.1',
        },
      ),
      said('zone-walk', 'walkdown', line, max, 20, {
        'zone.register': ['cell-3', 'control', 'dmz'].map((id, index) => ({
          id,
          critical: true,
          deltaAt: daysAgo(20),
          deltaMethod: 'walkdown',
          seenAssets: [13, 7, 4][index],
          unknownAssets: 0,
        })),
      }),
      // The robot gets one handshake a run, which cannot show what else it would accept.
      {
        id: 'robot-panel-examined',
        kind: 'examination',
        type: 'configuration',
        subject: { asset: 'pick-robot' },
        method: 'document',
        facts: { 'tls.version.min': '1.2' },
        by: ines,
        role: 'auditor',
        on: daysAgo(15),
      },
      {
        id: 'inventory-examined',
        kind: 'examination',
        type: 'walkdown',
        subject: line,
        method: 'walkdown',
        of: ['zone-walk', 'plc-versions'],
        facts: {},
        by: ines,
        role: 'auditor',
        on: daysAgo(14),
      },
      {
        id: 'programme-examined',
        kind: 'examination',
        type: 'review',
        subject: line,
        method: 'document',
        of: ['peers', 'roles'],
        facts: { 'peerIncident.reviewed.count': 3, 'peerIncident.lastReviewedAt': daysAgo(45) },
        by: ines,
        role: 'auditor',
        on: daysAgo(15),
      },
    ],
  };

  function logging(): string[] {
    return critical.filter((asset) => (demoTypes[asset.type] ?? []).includes('logging')).map((asset) => asset.id);
  }
}

export function isCritical(kind: string, said: string | undefined): boolean {
  return said === undefined
    ? ['plc', 'rtu', 'robot', 'relay', 'safety', 'broker', 'gateway'].includes(kind)
    : said === 'critical';
}

function said(id: string, type: string, subject: object, by: string, days: number, facts: object): object {
  return {
    id,
    kind: 'attestation',
    type,
    subject,
    facts,
    by,
    role: by === ada ? 'business owner' : 'technical owner',
    on: daysAgo(days),
  };
}
