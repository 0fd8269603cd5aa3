import type { Texts } from './texts';

/** The texts of what every page shares: failures, titles, the navigation, and the switch of independence. */
export const CORE_TEXTS = {
  product: 'Moolai Controller',
  pageTitle: (page: string) => `${page} · Moolai Controller`,
  pages: {
    home: 'Home',
    orchestrators: 'Orchestrators',
    organizations: 'Organizations',
    activity: 'Activity',
    configuration: 'Configuration',
    messages: 'Messages',
    recommendations: 'Recommendations',
    costs: 'Costs',
    connect: 'Connect',
    enrolmentTokens: 'Enrolment tokens',
    users: 'Users',
    apiTokens: 'API tokens',
    audit: 'Audit',
    backups: 'Backups',
    settings: 'Settings',
    instances: 'Instances',
  },
  /** What happened, and what to do about it, for every error type of the API. */
  errors: {
    validation_error: {
      title: 'The controller rejected the input',
      advice: 'Correct the fields and try again.',
    },
    unauthorized: {
      title: 'You are not signed in',
      advice: 'Sign in and try again.',
    },
    forbidden: {
      title: 'You are not allowed to do this',
      advice: 'Ask an administrator for the permission, or sign in as another user.',
    },
    not_found: {
      title: 'This does not exist',
      advice: 'It may have been deleted. Go back and choose another.',
    },
    conflict: {
      title: 'The current state does not allow this',
      advice: 'Check the current state and try again.',
    },
    payload_too_large: {
      title: 'The request is too large',
      advice: 'Send less data at once.',
    },
    rate_limited: {
      title: 'Too many requests',
      advice: 'Wait a moment, then try again.',
    },
    internal_error: {
      title: 'Something went wrong in the controller',
      advice: 'Try again. If the error persists, give the request id to the operator of the controller.',
    },
    unavailable: {
      title: 'The controller is not ready',
      advice: 'It usually recovers within seconds. This page keeps trying.',
    },
  },
  unreachable: {
    title: 'The controller cannot be reached',
    advice: 'Check that it is running and that the network is up. This page keeps trying.',
  },
  tooSlow: {
    title: 'The controller does not respond',
    advice: 'It may be overloaded or starting. This page keeps trying.',
  },
  failures: {
    timeout: 'The controller did not respond in time.',
    unreachable: 'The controller cannot be reached.',
    notFromController: (status: number) => `The response did not come from the controller (HTTP ${status}).`,
    unreadable: 'The console could not read the response.',
    sessionEnded: 'Your session has ended.',
  },
  time: { never: 'never', unknown: 'unknown', justNow: 'just now' },
  independence: {
    onReason: 'Independence is on, so heartbeats are ignored and last seen is frozen.',
    offReason: 'Independence is off, so the next heartbeat counts again.',
    switchedOn: (id: string) => `${id} is now independent. Its heartbeats are ignored.`,
    switchedOff: (id: string) => `${id} is managed again. Its heartbeats are processed.`,
    notWritten: (places: readonly string[]) => ` The change could not be written to ${places.join(' and ')}.`,
    envFile: 'the .env file',
    jsonFile: 'orchestrator_independence.json',
    switchFailed: (id: string, isIndependent: boolean, reason: string) =>
      `Independence of ${id} could not be switched ${isIndependent ? 'on' : 'off'}: ${reason}.`,
    requestId: (requestId: string) => `Request id ${requestId}`,
    hasExpired: (id: string) => `The independence of ${id} has since expired, so ${id} stays managed.`,
    undo: 'Undo',
    retry: 'Retry',
    close: 'Close',
  },
} as const satisfies Texts;
