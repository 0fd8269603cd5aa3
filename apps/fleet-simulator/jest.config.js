import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'fleet-simulator', rootDir: import.meta.dirname };
