import { counted, numeral, type Texts } from '../../core/texts';

/** The texts of the feature `organizations`. */
export const ORGANIZATIONS_TEXTS = {
  organization: {
    organizations: 'Organizations',
    makeIndependent: 'Make independent…',
    makeManaged: 'Make managed…',
    enrolmentTokens: 'Enrolment tokens',
    change: 'Change…',
    deactivate: 'Deactivate…',
    reactivate: 'Reactivate',
    deactivatedHint: 'This organization is deactivated. Its orchestrators cannot register.',
    orchestrators: 'Orchestrators',
    all: (orchestratorCount: number) => `All ${numeral(orchestratorCount)}`,
    orchestratorsByStatus: 'Orchestrators by status',
    settings: 'Settings',
    revision: (settingsRevision: number) => `Revision ${settingsRevision}`,
    settingsHint: "They override the fleet's defaults. Each orchestrator's own configuration overrides them.",
    noSettings: "None. Its orchestrators use the fleet's defaults and their own configuration.",
    openTheSettings: 'Open the settings',
    independence: 'Independence',
    independentHint: 'Independent. Newly registered orchestrators start independent.',
    reason: 'Reason',
    noneGiven: 'none given',
    ends: 'Ends',
    never: 'never',
    managedHint:
      'Managed. Newly registered orchestrators start managed. Individual orchestrators can still be independent.',
    about: 'About',
    administrator: 'Administrator',
    notSet: 'not set',
    support: 'Support',
    website: 'Website',
    created: 'Created',
    recentActivity: 'Recent activity',
    allActivity: 'All activity',
    noActivity: 'No activity since the controller started.',
  },
  page: {
    heading: 'Organizations',
    organizations: 'organizations',
    description:
      'Each orchestrator belongs to one organization. Settings and independence can apply to all of its orchestrators.',
    searchLabel: 'Search by name or id',
    create: 'Create',
    organization: 'Organization',
    state: 'State',
    independence: 'Independence',
    orchestrators: 'Orchestrators',
    administrator: 'Administrator',
    created: 'Created',
    active: 'Active',
    deactivated: 'Deactivated',
    noReasonGiven: 'No reason was given.',
    independent: 'Independent',
    ends: 'ends',
    managed: 'Managed',
    orchestratorsOf: (orchestratorCount: number, organizationId: string) =>
      `${counted(orchestratorCount, 'orchestrator', 'orchestrators')} of ${organizationId}`,
    noMatch: 'No matching organizations',
    noMatchHint: (search: string) => `No name or id contains “${search}”.`,
    clearTheSearch: 'Clear the search',
    noOrganizations: 'No organizations yet',
    noOrganizationsHint:
      'An organization is created when its first orchestrator registers. You can also create one here.',
    createAnOrganization: 'Create an organization',
    connectAnOrchestrator: 'Connect an orchestrator',
  },
  titles: {
    organizations: 'Organizations',
  },
  organizationActions: {
    switched: (id: string, isIndependent: boolean, count: number) =>
      `${id} is ${isIndependent ? 'now independent' : 'managed again'}; ` +
      `${counted(count, 'orchestrator was', 'orchestrators were')} switched.`,
    switchedBack: (id: string, isIndependent: boolean, count: number) =>
      `${id} is ${isIndependent ? 'independent' : 'managed'} again; ` +
      `${counted(count, 'orchestrator was', 'orchestrators were')} switched back.`,
    someNot: (words: string, count: number) =>
      `${words} ${counted(count, 'orchestrator was', 'orchestrators were')} not:`,
    notUndone: (id: string) => `The switch of ${id} could not be undone:`,
    undo: 'Undo',
    dismiss: 'Dismiss',
    requestId: (requestId: string) => `Request id ${requestId}`,
    confirmDeactivate: (id: string) => `Deactivate ${id}`,
    deactivateAdvice: (count: number) =>
      `The connections of its ${numeral(count)} orchestrators are closed, and none of them can register until it is reactivated. Nothing is deleted.`,
    deactivate: 'Deactivate',
    reactivated: (id: string) => `${id} is active again. Its orchestrators can register.`,
    notReactivated: (id: string) => `${id} could not be reactivated:`,
  },
} as const satisfies Texts;
