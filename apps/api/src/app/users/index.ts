export { DefaultSecrets } from './default-secrets.js';
export { GrantsService } from './grants.service.js';
export { PasswordReset } from './password-reset.js';
export { Passwords } from './passwords.js';
export { SuperadminSeed } from './superadmin.seed.js';
export type { UserEntity } from './user.entity.js';
export { UsersModule } from './users.module.js';
export { UsersRepository } from './users.repository.js';
export { soleOrganization, userChange } from './user-audit.js';
