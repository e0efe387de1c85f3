/** A plant of 200 assets known from an inventory table alone, and what its people would answer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const kinds = ['plc', 'drive', 'sensor', 'hmi', 'switch', 'broker', 'server', 'robot', 'meter', 'gateway'];
const assets = 200;

export interface InterviewPlant {
  readonly plant: string;
  readonly answers: string;
}

/** Writes inventory, plant file and recorded answers; the plant file has no probes, statements or imports. */
export function writeInterviewPlant(folder: string): InterviewPlant {
  const rows = Array.from({ length: assets }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? 'plc';
    return `${kind}-${index},${kind} ${index},${kind},cell-${index % 4},Acme,M${index % 5},max@example.com,acme-${kind}`;
  });
  writeFileSync(join(folder, 'assets.csv'), `id,name,kind,zone,vendor,model,owner,type\n${rows.join('\n')}\n`);
  const plant = join(folder, 'plant.yaml');
  writeFileSync(
    plant,
    `plimsoll: 1
organisation: {id: acme, name: Acme Foods}
site: {id: north, name: Plant North, timeZone: Europe/Berlin}
zones: [{id: cell-0}, {id: cell-1}, {id: cell-2}, {id: cell-3}]
systems:
  - id: line-3
    name: Packaging line 3
    targets: {default: 2}
    assets: {from: assets.csv}
`,
  );
  const answers = join(folder, 'answers.jsonl');
  const lines = Object.entries(said).map(([key, answer]) => JSON.stringify({ key, answer }));
  writeFileSync(answers, `${lines.join('\n')}\n`);
  return { plant, answers };
}

/** A plant with its basics in order, some gaps, and things that nobody in the room knows (which are not listed here). */
const said: Readonly<Record<string, string>> = {
  by: 'max@example.com',
  shown: 'told',
  reason: 'No outside company works on this line.',
  'empty:CRIT & PARTNER': 'yes',
  'purchase.clause.inForce': 'yes',
  'purchase.clause.approvedAt': '-400d',
  'intel.reader.name': 'Max Keller',
  'intel.reader.confirmedAt': '-40d',
  'intel.sources.count': '5',
  'intel.sources.listedAt': '-30d',
  'program.owner.name': 'Ada Brandt',
  'program.owner.confirmedAt': '-40d',
  'policy.security.approver': 'Ada Brandt',
  'policy.security.coversSystem': 'yes',
  'policy.security.approvedAt': '-200d',
  'policy.data.approvedAt': '-200d',
  'site.register.physicalOwner': 'Jo Weber',
  'physical.locked?': 'zone',
  'physical.locked@cell-0': 'yes',
  'physical.locked@cell-1': 'yes',
  'physical.locked@cell-2': 'yes',
  'physical.locked@cell-3': 'no',
  'assetType.register.updateSource': 'support@acme.example',
  'assetType.register.updatesEnded': 'no',
  'assetType.register.updateDecidedAt': '-120d',
  'assetType.register.updatePublishedAt': '-200d',
  'obligation.count': '2',
  'obligation.listedAt': '-80d',
  'obligation.register': 'nis2, machinery',
  'obligation.register.owner': 'Ada Brandt',
  'obligation.register.ownerActive': 'yes',
  'data.sensitive.count': '3',
  'data.listedAt': '-70d',
  'incident.contacts.roles': 'operationsOnCall, maker, authority',
  'incident.contacts.checkedAt': '-30d',
  'incident.eventNotion.statedAt': '-200d',
  'incident.eventNotion.knownInOperations': 'yes',
  'risk.decider.name': 'Ada Brandt',
  'risk.decider.confirmedAt': '-40d',
  'risk.top.count': '4',
  'risk.top.withConsequence.count': '4',
  'risk.listedAt': '-70d',
  'partner.listed.count': '0',
  'partner.remoteParties.named': 'yes',
  'partner.listedAt': '-70d',
  'account.admin.total': '4',
  'account.admin.personal.count': '1',
  'account.adminPeople.total': '3',
  'account.adminPeople.separate.count': '3',
  'backup.lastSuccess': '-20d',
  'restore.person.named': 'yes',
  'restore.person.confirmedAt': '-40d',
  'advisory.review.lastAt': '-25d',
  'advisory.review.personName': 'Max Keller',
  'change.log.lastEntryAt': '-6d',
  'asset.inventory.reviewedAt': '-45d',
  'exposure.services': 'none',
  'exposure.listedAt': '-25d',
  'exposure.confirmedAt': '-25d',
  'plantFunction.register': 'fill, palletise',
  'plantFunction.register.critical': 'yes',
  'plantFunction.register.threats': 'lossOfControl, lossOfView, lossOfAvailability',
  'logging.review.personName': 'Max Keller',
  'logging.review.lastAt': '-12d',
  'logging.local.enabled': 'yes',
};
