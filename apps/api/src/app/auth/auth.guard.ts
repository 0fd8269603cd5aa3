import { Injectable, type ExecutionContext, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { AuthGuard as PassportGuard } from '@nestjs/passport';
import { ROLE_PERMISSIONS } from '@moolai/contracts';
import type { FastifyRequest } from 'fastify';
import { ACCESS, IDENTIFIES, type Access } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { undeclaredRoutes } from '../../platform/access/undeclared-routes.js';
import { AppError } from '../../platform/errors/app-error.js';
import { BEARER } from './bearer.strategy.js';

/** Authenticates requests and checks the permission that the route requires. Queries apply the principal's scope. */
@Injectable()
export class AuthGuard extends PassportGuard(BEARER) implements OnModuleInit {
  constructor(
    private readonly reflector: Reflector,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {
    super();
  }

  /** A route without an access requirement would be open or closed by accident, so it stops the process. */
  onModuleInit(): void {
    const undeclared = undeclaredRoutes(this.discovery, this.scanner);
    if (undeclared.length > 0) throw new Error(`routes without a permission: ${undeclared.join(', ')}`);
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (access === 'public') {
      if (this.reflector.get<true | undefined>(IDENTIFIES, context.getHandler()))
        await this.identify(context);
      return true;
    }
    await super.canActivate(context);
    if (access === 'signed-in') return true;
    const { user } = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    if (access !== undefined && ROLE_PERMISSIONS[user.role].includes(access)) return true;
    throw new AppError('forbidden', `The role ${user.role} does not allow this; it needs ${access ?? '?'}.`);
  }

  /** Public routes also answer callers with invalid credentials, and while the database cannot check them. */
  private async identify(context: ExecutionContext): Promise<void> {
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (authorization === undefined) return;
    try {
      await super.canActivate(context);
    } catch {
      // Treat invalid credentials as anonymous.
    }
  }
}
