import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard as PassportGuard } from '@nestjs/passport';
import { BEARER } from './bearer.strategy.js';
import { IS_PUBLIC } from './public.decorator.js';

/** Guards every route that is not `@Public()`. */
@Injectable()
export class AuthGuard extends PassportGuard(BEARER) {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, [
      context.getHandler(),
      context.getClass(),
    ]);
    return isPublic === true ? true : super.canActivate(context);
  }
}
