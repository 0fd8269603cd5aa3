import { numeral, type Texts } from '../../core/texts';

/** The texts of the feature `enrolment-tokens`. */
export const ENROLMENT_TOKENS_TEXTS = {
  page: {
    description:
      'A token admits orchestrators to one organization. Each orchestrator exchanges it for its own credential.',
    all: 'All',
    confirmRevoke: (name: string) => `Revoke “${name}”`,
    revokeAdvice: 'No more orchestrators can enrol with it. Those already enrolled keep their credentials.',
    revoke: 'Revoke',
    heading: 'Enrolment tokens',
    enrolmentTokens: 'enrolment tokens',
    searchLabel: 'Search by name',
    create: 'Create',
    organization: 'Organization',
    allOrganizations: 'All organizations',
    state: 'State',
    name: 'Name',
    uses: 'Uses',
    expires: 'Expires',
    lastUsed: 'Last used',
    created: 'Created',
    actions: 'Actions',
    unlimited: '(unlimited)',
    ofMost: (most: number) => `of ${numeral(most)}`,
    createdBy: (user: string) => `by ${user}`,
    revoked: 'revoked',
    unknownUser: 'an unknown user',
    revokedBy: (user: string) => `by ${user}`,
    revokeLabel: (name: string) => `Revoke ${name}…`,
    revokeMenu: 'Revoke…',
    noMatch: 'No matching enrolment tokens',
    noMatchHint: 'No results match these filters.',
    clearFilters: 'Clear filters',
    createOne: 'Create one',
    noTokens: 'No enrolment tokens yet',
    noTokensHint:
      'Create one for the orchestrators that will join an organization. Each exchanges it for its own credential.',
    createEnrolmentToken: 'Create an enrolment token',
    connectAnOrchestrator: 'Connect an orchestrator',
    noAccess: 'You do not have access to enrolment tokens',
    noAccessHint:
      'This requires the permission orchestrators:manage, which administrators of the organization have.',
  },
  titles: {
    enrolmentTokens: 'Enrolment tokens',
  },
  tokenLooks: {
    usable: 'Usable',
    expired: 'Expired',
    usedUp: 'Used up',
    revoked: 'Revoked',
  },
} as const satisfies Texts;
