import { NO_OWN_CONFIG } from './effective-config.js';
import { newOrchestrator } from './new-orchestrator.js';

function build(isOrganizationIndependent: boolean, rememberedFlag: boolean | undefined) {
  return newOrchestrator({
    orchestratorId: 'orch-001',
    own: NO_OWN_CONFIG,
    configHash: 'abc',
    fleetRevision: 3,
    organization: {
      organizationId: 'org-001',
      name: 'First',
      isIndependent: isOrganizationIndependent,
      revision: 7,
    },
    rememberedFlag,
  });
}

describe('newOrchestrator', () => {
  it('has its id as name, and the revisions of the levels above it', () => {
    expect(build(false, undefined)).toEqual({
      orchestratorId: 'orch-001',
      name: 'orch-001',
      organizationId: 'org-001',
      organizationName: 'First',
      own: NO_OWN_CONFIG,
      configHash: 'abc',
      fleetRevision: 3,
      organizationRevision: 7,
      isIndependent: false,
      independenceSource: null,
      switchedBy: null,
    });
  });

  it.each([
    [false, undefined, { isIndependent: false, independenceSource: null, switchedBy: null }],
    [true, undefined, { isIndependent: true, independenceSource: 'organization', switchedBy: null }],
    [false, false, { isIndependent: false, independenceSource: null, switchedBy: 'files' }],
    [false, true, { isIndependent: true, independenceSource: 'own', switchedBy: 'files' }],
    [true, false, { isIndependent: false, independenceSource: null, switchedBy: 'files' }],
    [true, true, { isIndependent: true, independenceSource: 'own', switchedBy: 'files' }],
  ])('organization independent: %p, remembered flag: %p', (ofOrganization, remembered, expected) => {
    expect(build(ofOrganization, remembered)).toMatchObject(expected);
  });
});
