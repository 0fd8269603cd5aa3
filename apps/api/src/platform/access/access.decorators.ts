import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Permission } from '@moolai/contracts';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';
import type { Scope } from './scope.js';

/** What a route asks of its caller. `public` asks nothing, `signed-in` any valid credentials. */
export type Access = Permission | 'public' | 'signed-in';

/** Metadata key of what a route asks for. A route without it keeps the process from starting. */
export const ACCESS = 'moolai:access';

/** The same in the OpenAPI document. */
export const ACCESS_EXTENSION = 'x-permission';

function access(value: Access): MethodDecorator {
  const marks = [SetMetadata(ACCESS, value), ApiExtension(ACCESS_EXTENSION, value)];
  return applyDecorators(...marks, ...(value === 'public' ? [] : [ApiBearerAuth()]));
}

/** Opens a route to whose role has this permission, within their organizations. */
export const Requires = (permission: Permission): MethodDecorator => access(permission);

/** Opens a route to everyone (contract section 2: the health routes, login and refresh). */
export const Public = (): MethodDecorator => access('public');

/** Opens a route to everyone with valid credentials: what is about themselves. */
export const SignedIn = (): MethodDecorator => access('signed-in');

/** Metadata key of a public route that answers differently to callers it knows. */
export const IDENTIFIES = 'moolai:identifies';

/** Makes a public route know its caller by valid credentials; others are answered as if they had sent none. */
export const Identifies = (): MethodDecorator =>
  // In OpenAPI an empty requirement beside another one makes the credentials optional.
  applyDecorators(SetMetadata(IDENTIFIES, true), ApiBearerAuth(), ApiSecurity({}));

type Authenticated = FastifyRequest & { user: Principal };

function principalOf(context: ExecutionContext): Principal {
  return context.switchToHttp().getRequest<Authenticated>().user;
}

/** The {@link Principal} of a request that the guard let through. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context),
);

/** The {@link Scope} of the caller of a route that {@link Identifies} it; undefined when there is none. */
export const CallerScope = createParamDecorator(
  (_: unknown, context: ExecutionContext): Scope | undefined =>
    context.switchToHttp().getRequest<Partial<Authenticated>>().user?.scope,
);

/** The {@link Scope} of a request that the guard let through. */
export const CurrentScope = createParamDecorator(
  (_: unknown, context: ExecutionContext): Scope => principalOf(context).scope,
);
