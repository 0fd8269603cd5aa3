export * from './object-fields.js';
export * from './text-fields.js';
export * from './value-fields.js';
