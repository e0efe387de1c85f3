import { factsAbout } from '../fact.ts';

const system = factsAbout('system');

export const systemGovernanceFacts = {
  'program.owner.name': system.text({
    days: 365,
    from: 'inventory, statement:appointment, statement:interview',
    means: "person accountable for the system's security",
  }),
  'program.owner.confirmedAt': system.timestamp({
    days: 365,
    from: 'inventory, statement:appointment, statement:interview',
    means: 'when that person last said so',
  }),
  'program.deputy.name': system.text({ days: 365, from: 'inventory, statement:appointment', means: 'deputy' }),
  'program.roles.reviewedAt': system.timestamp({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'last review of the role matrix',
  }),
  'program.practices.targeted.total': system.integer({
    days: 365,
    from: 'inventory, derived',
    means: 'practices with a target of 2 or more',
  }),
  'program.practices.accountable.count': system.integer({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'of these, with exactly one accountable role',
  }),
  'program.practices.belowTarget.total': system.integer({ days: 30, from: 'derived', means: 'practices below target' }),
  'program.practices.belowTarget.funded.count': system.integer({
    days: 365,
    from: 'statement:policy, import:grc, import:tickets',
    means: 'of these, with a funded item in the plan',
  }),
  'program.plan.approvedAt': system.timestamp({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'approval of the yearly plan',
  }),
  'policy.security.coversSystem': system.boolean({
    days: 730,
    from: 'statement:policy, statement:interview',
    means: 'its scope names this system or its site',
  }),
  'scope.declaredAt': system.timestamp({
    days: 365,
    from: 'inventory, statement:register',
    means: 'when the boundary was declared or confirmed',
  }),
  'scope.groups.total': system.integer({
    days: 365,
    from: 'inventory, statement:register',
    means: 'declared sites, zones and asset groups',
  }),
  'scope.groups.resolved.count': system.integer({
    days: 30,
    from: 'inventory, derived',
    means: 'of these, holding at least one asset',
  }),
  'peerIncident.reviewed.count': system.integer({
    days: 365,
    from: 'statement:review',
    means: 'incidents of similar plants compared with the own state in 365 d',
  }),
  'peerIncident.lastReviewedAt': system.timestamp({ days: 365, from: 'statement:review', means: 'last of them' }),
  'project.goLive.total': system.integer({
    days: 90,
    from: 'import:tickets, import:grc, statement:review',
    means: 'projects gone live in 365 d',
  }),
  'project.goLive.gated.count': system.integer({
    days: 90,
    from: 'import:tickets, import:grc, statement:review',
    means: 'of these, with a gate decision before',
  }),
  'assurance.claims.total': system.integer({
    days: 90,
    from: 'import:grc, statement:review',
    means: 'top claims of the security argument',
  }),
  'assurance.claims.fresh.count': system.integer({
    days: 90,
    from: 'import:grc, derived',
    means: 'of these, resting on fresh evidence',
  }),
  'assurance.links.broken.count': system.integer({
    days: 90,
    from: 'import:grc, derived',
    means: 'links to evidence that lead nowhere',
  }),
  'assurance.reviewedAt': system.timestamp({
    days: 365,
    from: 'statement:review, import:grc',
    means: 'last review by somebody other than the author',
  }),
  'trigger.total': system.integer({
    days: 30,
    from: 'derived, import:grc, import:tickets',
    means:
      'triggers in 365 d: exploited hole on CRIT, major change, new zone, conduit or type, incident, new duty, intelligence item',
  }),
  'trigger.targetReviewed.count': system.integer({
    days: 30,
    from: 'derived, import:grc, statement:review',
    means: "of these, with a person's target review within 30 d",
  }),
  'trigger.threatTriaged.count': system.integer({
    days: 30,
    from: 'derived, import:tickets, import:threatmodel, statement:threatModel',
    means: 'of these, judged by a person against the threat model in time',
  }),
  'trigger.riskRecomputed.count': system.integer({
    days: 7,
    from: 'derived, import:grc',
    means: 'of these, with risks recomputed within 72 h',
  }),
  'trigger.riskDecided.count': system.integer({
    days: 30,
    from: 'derived, import:grc, statement:review',
    means: "of these, with a person's decision on the result within 14 d",
  }),
  'obligation.count': system.integer({
    days: 365,
    from: 'statement:register, statement:interview, import:grc',
    means: 'duties listed',
  }),
  'obligation.listedAt': system.timestamp({
    days: 365,
    from: 'statement:register, statement:interview, import:grc',
    means: 'when the list was last confirmed',
  }),
  'obligation.selfCheckAt': system.timestamp({
    days: 730,
    from: 'statement:review, statement:interview',
    means: 'last self-check against them',
  }),
  'obligation.mainUse.total': system.integer({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'duties of the main use cases',
  }),
  'obligation.mainUse.rated.count': system.integer({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'of these, rated',
  }),
  'obligation.ratedAt': system.timestamp({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'when they were rated',
  }),
  'obligation.gaps.total': system.integer({
    days: 180,
    from: 'statement:register, import:grc, import:tickets',
    means: 'duties rated partly or not met',
  }),
  'obligation.gaps.actioned.count': system.integer({
    days: 180,
    from: 'import:tickets, import:grc, statement:register',
    means: 'of these, with owner, action and a date not passed, or closed',
  }),
  'obligation.technical.total': system.integer({
    days: 30,
    from: 'import:grc, derived',
    means: 'duties that a machine could evidence',
  }),
  'obligation.technical.machine.count': system.integer({
    days: 30,
    from: 'derived, import:grc',
    means: 'of these, evidenced by machine',
  }),
  'obligation.technical.medianAge': system.duration({
    volatile: true,
    days: 7,
    from: 'derived, import:grc',
    means: 'median age of that evidence',
  }),
  'obligation.technical.decidedAt': system.timestamp({
    days: 90,
    from: 'statement:review, import:grc',
    means: "a person's last decision on it",
  }),
  'compliance.check.decidedAt': system.timestamp({
    days: 90,
    from: 'statement:review, import:tickets',
    means: "a person's last decision on the result of the technical check",
  }),
  'exposure.listedAt': system.timestamp({
    days: 365,
    from: 'derived, import:firewall, import:exposure, aws-iot, statement:interview',
    means: 'when exposure.services was last drawn up',
  }),
  'exposure.confirmedAt': system.timestamp({
    days: 365,
    from: 'statement:interview, statement:review',
    means: 'when a named person confirmed it',
  }),
  'exposure.internet.checkedAt': system.timestamp({
    days: 90,
    from: 'import:firewall, import:exposure, statement:walkdown, statement:interview',
    means: 'date of the firewall or NAT export, or of the external exposure report',
  }),
  'exposure.internet.controlServices': system.list({
    days: 90,
    from: 'import:firewall, import:exposure, statement:walkdown, statement:interview',
    means:
      'control, VNC and remote desktop services reachable from the internet (asset, protocol, port); an empty list is positive',
  }),
  'exposure.internet.modemsUndeclared.count': system.integer({
    days: 90,
    from: 'import:exposure, statement:walkdown, statement:interview, import:firewall',
    means: 'modems and routers with a public address that the inventory does not declare',
  }),
  'useCase.main.total': system.integer({
    days: 365,
    from: 'statement:threatModel, import:threatmodel, statement:register',
    means: 'main use cases',
  }),
  'useCase.main.modelled.count': system.integer({
    days: 365,
    from: 'statement:threatModel, import:threatmodel',
    means: 'of these, with data flows and threats',
  }),
  'useCase.main.incidentReferenced.count': system.integer({
    days: 365,
    from: 'statement:threatModel, import:threatmodel',
    means: 'of these, with a threat that cites a public incident or advisory',
  }),
  'threat.incidentReferenced.count': system.integer({
    days: 365,
    from: 'statement:threatModel, import:threatmodel',
    means: 'threats that cite one',
  }),
  'threat.high.total': system.integer({
    days: 90,
    from: 'import:threatmodel, statement:threatModel',
    means: 'threats rated high',
  }),
  'threat.high.traced.count': system.integer({
    days: 90,
    from: 'import:threatmodel, import:grc, statement:threatModel',
    means: 'of these, leading to a measure with a met row or to an unexpired acceptance',
  }),
  'threat.high.exercised.count': system.integer({
    days: 365,
    from: 'statement:test, import:grc, import:siem',
    means: 'of these, tried out in 365 d',
  }),
  'threat.high.detected.count': system.integer({
    days: 90,
    from: 'import:siem, import:passive, import:threatmodel',
    means: 'of these, with an enabled detection rule',
  }),
  'threatModel.lastReviewed': system.timestamp({
    days: 365,
    from: 'statement:threatModel, import:threatmodel',
    means: 'last review of the model',
  }),
  'threatModel.method': system.text({
    days: 365,
    from: 'statement:threatModel, import:threatmodel',
    means: 'method used',
  }),
  'threatModel.changes.total': system.integer({
    days: 30,
    from: 'derived, import:tickets',
    means: 'significant changes in 365 d: new zone, conduit, asset type, exposed service',
  }),
  'threatModel.changes.revisedInTime.count': system.integer({
    days: 30,
    from: 'import:threatmodel, statement:threatModel',
    means: 'of these, followed by a revision within 30 d',
  }),
  'threatModel.argument.author': system.text({
    days: 365,
    from: 'statement:threatModel, statement:review',
    means: 'author of the argument or formal model',
  }),
  'threatModel.argument.reviewer': system.text({
    days: 365,
    from: 'statement:threatModel, statement:review',
    means: 'its reviewer',
  }),
  'threatModel.argument.reviewedAt': system.timestamp({
    days: 365,
    from: 'statement:threatModel, statement:review',
    means: 'when',
  }),
  'conduit.total': system.integer({ days: 90, from: 'inventory, import:firewall', means: 'declared conduits' }),
  'conduit.modelled.count': system.integer({
    days: 365,
    from: 'import:threatmodel, statement:threatModel',
    means: 'of these, in the threat model',
  }),
  'conduit.unexpectedToCritical.count': system.integer({
    days: 90,
    from: 'import:firewall, import:passive, statement:test, derived',
    means: 'undeclared ways towards critical assets',
  }),
  'attackPath.computedAt': system.timestamp({
    days: 7,
    from: 'derived, import:firewall, import:scanner',
    means: 'last computation of paths from reachability, holes and rights',
  }),
  'attackPath.open.count': system.integer({
    days: 7,
    from: 'derived, import:scanner',
    means: 'paths from EXP to CRIT without a measure or unexpired acceptance',
  }),
  'attackPath.reviewedAt': system.timestamp({
    days: 90,
    from: 'statement:review, import:tickets',
    means: "a person's last review of the result",
  }),
  'reachability.counterexamples.count': system.integer({
    days: 7,
    from: 'derived, import:firewall, import:config',
    means: 'allowed combinations that the declared intent forbids',
  }),
  'risk.decider.name': system.text({
    days: 365,
    from: 'statement:appointment, statement:interview, statement:policy',
    means: 'who may accept risk',
  }),
  'risk.decider.confirmedAt': system.timestamp({
    days: 365,
    from: 'statement:appointment, statement:interview, statement:policy',
    means: 'when confirmed',
  }),
  'risk.top.count': system.integer({
    days: 365,
    from: 'statement:register, statement:interview, import:grc',
    means: 'top risks listed',
  }),
  'risk.top.withConsequence.count': system.integer({
    days: 365,
    from: 'statement:register, statement:interview, import:grc',
    means: 'of these, with their consequence',
  }),
  'risk.listedAt': system.timestamp({
    days: 365,
    from: 'statement:register, statement:interview, import:grc',
    means: 'date of the list',
  }),
  'risk.editedAt': system.timestamp({
    days: 180,
    from: 'import:grc, statement:register',
    means: 'last edit of the register',
  }),
  'risk.treatments.due.total': system.integer({
    days: 180,
    from: 'import:tickets, import:grc, statement:register',
    means: 'treatments due in 365 d',
  }),
  'risk.treatments.done.count': system.integer({
    days: 180,
    from: 'import:tickets, import:grc, statement:register',
    means: 'of these, done',
  }),
  'risk.acceptance.count': system.integer({
    days: 90,
    from: 'statement:riskAcceptance, aws-iot, import:grc',
    means: 'open acceptances, suppressions with an end included',
  }),
  'finding.exposed.total': system.integer({
    days: 30,
    from: 'derived, import:scanner',
    means: 'findings of anonymous access, default credential or exploited hole on EXP in 365 d',
  }),
  'finding.exposed.decidedInTime.count': system.integer({
    days: 30,
    from: 'import:tickets, import:grc, statement:riskAcceptance',
    means: 'of these, decided by a person within 30 d',
  }),
  'target.practices.total': system.integer({
    days: 365,
    from: 'inventory, import:grc',
    means: 'practices with a target',
  }),
  'target.practices.rationale.count': system.integer({
    days: 365,
    from: 'inventory, import:grc, statement:register',
    means: 'of these, linked to risks',
  }),
  'target.zones.total': system.integer({
    days: 365,
    from: 'inventory, import:grc',
    means: 'zones with a target security level',
  }),
  'target.zones.rationale.count': system.integer({
    days: 365,
    from: 'inventory, import:grc, statement:register',
    means: 'of these, linked to risks',
  }),
  'target.approval.business': system.boolean({
    days: 365,
    from: 'inventory, import:grc, statement:register',
    means: 'business side approved',
  }),
  'target.approval.technical': system.boolean({
    days: 365,
    from: 'inventory, import:grc, statement:register',
    means: 'technical side approved',
  }),
  'partner.listedAt': system.timestamp({
    days: 365,
    from: 'statement:register, statement:interview, import:grc',
    means: 'date of the list of services and parties',
  }),
  'partner.listed.count': system.integer({
    days: 365,
    from: 'statement:register, statement:interview, import:grc',
    means: 'services and parties on it (0 is an answer)',
  }),
  'partner.remoteParties.named': system.boolean({
    days: 365,
    from: 'statement:register, statement:interview',
    means: 'those with remote access are named',
  }),
  'session.thirdParty.total': system.integer({
    days: 30,
    from: 'import:vpn, import:idp, import:siem',
    means: 'privileged third-party sessions in 90 d',
  }),
  'session.thirdParty.controlled.count': system.integer({
    days: 30,
    from: 'import:vpn, import:idp, import:siem',
    means: 'of these, with ticket, time box and recording',
  }),
  'cloud.account.count': system.integer({
    days: 90,
    from: 'inventory, statement:interview, aws-iot, import:cloud',
    means: 'cloud accounts of the system (0 is an answer)',
  }),
  'cloud.posture.lastAt': system.timestamp({
    volatile: true,
    days: 1,
    from: 'aws-iot, import:cloud',
    means: 'newest posture result',
  }),
  'cloud.posture.critical.total': system.integer({
    days: 1,
    from: 'aws-iot, import:cloud, import:grc',
    means: 'critical posture findings in 90 d',
  }),
  'cloud.posture.critical.closedInTime.count': system.integer({
    days: 1,
    from: 'aws-iot, import:cloud, import:grc',
    means: 'of these, closed within 7 d',
  }),
  'session.privileged.total': system.integer({
    days: 30,
    from: 'import:vpn, import:idp, import:siem, aws-iot',
    means: 'privileged sessions in 90 d',
  }),
  'session.privileged.timeBoxed.count': system.integer({
    days: 30,
    from: 'import:vpn, import:idp, import:siem, aws-iot',
    means: 'of these, limited in time and recorded',
  }),
} as const;
