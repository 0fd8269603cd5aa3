import { SetMetadata } from '@nestjs/common';

/** Metadata key of {@link Public}. */
export const IS_PUBLIC = 'moolai:is-public';

/** Opens a route to everyone. Without it a route needs credentials (contract section 2). */
export const Public = () => SetMetadata(IS_PUBLIC, true);
