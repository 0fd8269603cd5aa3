import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'dtos', rootDir: import.meta.dirname };
