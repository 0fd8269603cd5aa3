import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'orchestrator-client', rootDir: import.meta.dirname };
