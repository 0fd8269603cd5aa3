export { IndependenceFiles } from './independence-files.js';
export { IndependenceModule } from './independence.module.js';
