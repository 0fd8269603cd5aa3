export { enrolmentTokensRoutes } from './enrolment-tokens.routes';
