import { API, MASK, type AuditedCase } from './audited-case.js';

/** Changes of the configuration, after an organization and an orchestrator were created. */
export const CONFIGURATION_CASES: AuditedCase[] = [
  {
    route: `PUT ${API}/orchestrators/{id}/config`,
    path: '/orchestrators/audited/config',
    body: { features: { streaming: false, api_key: 'hunter2' }, comment: 'too slow' },
    told: [
      {
        action: 'config.changed',
        target_type: 'orchestrator',
        target_id: 'audited',
        before: { features: { streaming: true }, revision: 1 },
        after: { features: { streaming: false, api_key: MASK }, revision: 2, comment: 'too slow' },
      },
    ],
  },
  {
    route: `POST ${API}/orchestrators/{id}/config/rollback`,
    path: '/orchestrators/audited/config/rollback',
    body: { config_version: 1 },
    told: [
      {
        action: 'config.changed',
        target_type: 'orchestrator',
        target_id: 'audited',
        before: { features: { streaming: false, api_key: MASK }, revision: 2 },
        after: { features: { streaming: true }, revision: 3, comment: 'Back to version 1' },
      },
    ],
  },
  {
    route: `PUT ${API}/organizations/{id}/settings`,
    path: '/organizations/org-a/settings',
    body: { settings: { privacy_mode: true, session_config: { max_tokens: 5 } } },
    told: [
      {
        action: 'config.changed',
        target_type: 'organization',
        target_id: 'org-a',
        before: { settings: {}, revision: 1 },
        after: { settings: { session_config: { max_tokens: 5 } }, revision: 2 },
      },
    ],
  },
  {
    route: `POST ${API}/organizations/{id}/settings/rollback`,
    path: '/organizations/org-a/settings/rollback',
    body: { revision: 1 },
    told: [
      {
        action: 'config.changed',
        target_type: 'organization',
        target_id: 'org-a',
        before: { settings: { session_config: { max_tokens: 5 } }, revision: 2 },
        after: { settings: {}, revision: 3, comment: 'Back to revision 1' },
      },
    ],
  },
  {
    route: `PUT ${API}/configuration`,
    path: '/configuration',
    body: {
      defaults: { session_config: { timeout: 5 } },
      organizations: {
        'org-a': { name: 'C' },
        'org-b': { name: 'New', orchestrators: ['born'], is_independent: true, settings: { x: 1 } },
      },
    },
    told: [
      {
        action: 'config.changed',
        organization_id: null,
        target_type: 'fleet',
        target_id: 'fleet',
        before: { defaults: {}, revision: 0 },
        after: { defaults: { session_config: { timeout: 5 } }, revision: 1 },
      },
      {
        action: 'organization.changed',
        target_type: 'organization',
        target_id: 'org-a',
        before: { name: 'B' },
        after: { name: 'C' },
      },
      {
        action: 'organization.created',
        organization_id: 'org-b',
        target_type: 'organization',
        target_id: 'org-b',
        before: null,
        after: { name: 'New', is_independent: true },
      },
      {
        action: 'config.changed',
        organization_id: 'org-b',
        target_type: 'organization',
        target_id: 'org-b',
        before: { settings: {}, revision: 0 },
        after: { settings: { x: 1 }, revision: 1 },
      },
      {
        action: 'orchestrator.created',
        organization_id: 'org-b',
        target_type: 'orchestrator',
        target_id: 'born',
        before: null,
        after: { organization_id: 'org-b', is_independent: true },
      },
    ],
  },
  {
    route: `PUT ${API}/configuration`,
    path: '/configuration',
    body: { organizations: {}, defaults: {} },
    told: [
      {
        action: 'config.changed',
        organization_id: null,
        target_type: 'fleet',
        target_id: 'fleet',
        before: { defaults: { session_config: { timeout: 5 } }, revision: 1 },
        after: { defaults: {}, revision: 2 },
      },
    ],
  },
  {
    route: `POST ${API}/configuration/rollback`,
    path: '/configuration/rollback',
    body: { revision: 1 },
    told: [
      {
        action: 'config.changed',
        organization_id: null,
        target_type: 'fleet',
        target_id: 'fleet',
        before: { defaults: {}, revision: 2 },
        after: {
          defaults: { session_config: { timeout: 5 } },
          revision: 3,
          comment: 'Back to revision 1',
        },
      },
    ],
  },
];
