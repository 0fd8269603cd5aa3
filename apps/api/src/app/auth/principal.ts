import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { CurrentUser } from '@moolai/contracts';
import type { FastifyRequest } from 'fastify';

/** Who makes a request. */
export type Principal = CurrentUser;

/** The {@link Principal} of a request that the guard let through. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  return context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>().user;
});
