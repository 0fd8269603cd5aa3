import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Permission } from '@moolai/contracts';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';
import type { Scope } from './scope.js';

/** What a route requires of its caller: a permission, any valid credentials (`signed-in`), or nothing (`public`). */
export type Access = Permission | 'public' | 'signed-in';

/** Metadata key of a route's access requirement. A route without one prevents the process from starting. */
export const ACCESS = 'moolai:access';

/** The same requirement in the OpenAPI document. */
export const ACCESS_EXTENSION = 'x-permission';

function access(value: Access): MethodDecorator {
  const marks = [SetMetadata(ACCESS, value), ApiExtension(ACCESS_EXTENSION, value)];
  return applyDecorators(...marks, ...(value === 'public' ? [] : [ApiBearerAuth()]));
}

/** Admits callers whose role has this permission, within their organizations. */
export const Requires = (permission: Permission): MethodDecorator => access(permission);

/** Admits everyone (contract section 2: the health routes, login and refresh). */
export const Public = (): MethodDecorator => access('public');

/** Admits every caller with valid credentials, for routes about the caller. */
export const SignedIn = (): MethodDecorator => access('signed-in');

/** Metadata key of a public route that answers authenticated callers differently. */
export const IDENTIFIES = 'moolai:identifies';

/** Makes a public route authenticate callers that send valid credentials. Others are treated as anonymous. */
export const Identifies = (): MethodDecorator =>
  // In OpenAPI an empty requirement beside another one makes the credentials optional.
  applyDecorators(SetMetadata(IDENTIFIES, true), ApiBearerAuth(), ApiSecurity({}));

type Authenticated = FastifyRequest & { user: Principal };

function principalOf(context: ExecutionContext): Principal {
  return context.switchToHttp().getRequest<Authenticated>().user;
}

/** The {@link Principal} of a request. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context),
);

/** The {@link Scope} of the caller of a route with {@link Identifies}; undefined for an anonymous caller. */
export const CallerScope = createParamDecorator(
  (_: unknown, context: ExecutionContext): Scope | undefined =>
    context.switchToHttp().getRequest<Partial<Authenticated>>().user?.scope,
);

/** The {@link Scope} of a request. */
export const CurrentScope = createParamDecorator(
  (_: unknown, context: ExecutionContext): Scope => principalOf(context).scope,
);
