export * from './auth.dto.js';
export * from './error-envelope.dto.js';
export * from './independence.dto.js';
export * from './list-query.dto.js';
export * from './orchestrator-list-query.dto.js';
export * from './orchestrator.dto.js';
export * from './organization.dto.js';
export * from './overview.dto.js';
