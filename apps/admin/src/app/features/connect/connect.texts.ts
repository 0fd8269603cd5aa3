import type { Texts } from '../../core/texts';

/** The texts of the feature `connect`. */
export const CONNECT_TEXTS = {
  arrivalPanel: {
    waiting: 'Waiting',
    waitingFor: (orchestratorId: string) => `Waiting for ${orchestratorId}…`,
    waitingHint: 'Run the command above. This turns green when the orchestrator connects.',
    alreadyConnected: (orchestratorId: string) => `${orchestratorId} is already connected`,
    alreadyConnectedHint: 'A second orchestrator with this id would replace the first. Choose another id, or',
    openExisting: 'open the existing one',
    belongsTo: (orchestratorId: string, organizationId: string) =>
      `${orchestratorId} belongs to ${organizationId}`,
    belongsHint:
      'Registration in another organization would be refused. Choose its organization or another id.',
    wasRefused: (orchestratorId: string) => `${orchestratorId} was refused`,
    itsCredential: 'Its credential',
    isConnected: (orchestratorId: string) => `${orchestratorId} is connected`,
    openIt: 'Open the orchestrator',
    allOrchestrators: 'All orchestrators',
  },
  arrival: {
    createOrPasteToken: 'Create or paste an enrolment token above, then run the command again.',
    createOtherToken: 'Create another enrolment token above, then run the command again.',
    createToken: 'Create an enrolment token above. Tokens created before the revocation do not work.',
    release: 'Release it from quarantine once no copy is running.',
    chooseOther: 'Choose its organization or another id.',
    reactivate: 'Reactivate the organization or choose another one.',
    otherEnrolled:
      'Another orchestrator has enrolled with this id. Choose another id, or revoke its credential.',
    correctProblem: 'Correct the problem and run the command again.',
  },
  page: {
    clockSkew: (skew: string, isBehind: boolean) =>
      `${skew} ${isBehind ? 'behind' : 'ahead of'} the controller's`,
    heading: 'Connect an orchestrator',
    description: 'Name the orchestrator, run the command on its machine, and wait for it to connect.',
    nameTheOrchestrator: 'Name the orchestrator',
    id: 'Id',
    idHint: 'At most 50 letters, digits, dots, hyphens and underscores.',
    organization: 'Organization',
    organizationHint: 'This organization will be created with its first token or orchestrator.',
    organizations: 'Organizations',
    enrolmentToken: 'Enrolment token',
    tokenHint: 'Required in production. The orchestrator exchanges it for its own credential.',
    tokenCreatedHint:
      'The command below contains it. It admits one orchestrator, expires in 24 hours, and is shown only once.',
    createToken: 'Create a token',
    createAnother: 'Create another token',
    retry: 'Retry',
    allTokens: 'All tokens',
    runIt: 'Run this in a terminal',
    enterId: 'Enter an id first.',
    language: 'Language',
    command: 'Command that connects an orchestrator',
    copyTheCommand: 'Copy the command',
    waitForIt: 'Wait for it to connect',
    clockWarning: (words: string) =>
      `This computer's clock is ${words}. The console shows the controller's time. Logs on this computer use its own clock.`,
  },
  titles: {
    connectAnOrchestrator: 'Connect an orchestrator',
  },
  enrolmentStore: {
    firstConnectionOf: (orchestratorId: string) => `First connection of ${orchestratorId}`,
  },
  snippets: {
    needsNode: 'Needs Node 22 or newer. With an older version, replace "node" with "npx --yes node@24".',
    needsPython: 'Needs Python 3.9 or newer, and: pip install websockets',
    needsNpx:
      'Needs Node. It sends no heartbeats, so the orchestrator becomes inactive after a while. The command ends after 10 minutes.',
  },
} as const satisfies Texts;
