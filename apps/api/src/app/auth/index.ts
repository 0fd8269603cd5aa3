export { AuthModule } from './auth.module.js';
export { CurrentPrincipal, type Principal } from './principal.js';
export { Public } from './public.decorator.js';
