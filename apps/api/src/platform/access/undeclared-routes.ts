import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ACCESS } from './access.decorators.js';

/** The handlers of routes without an access requirement, as `METHOD Controller.handler`. */
export function undeclaredRoutes(discovery: DiscoveryService, scanner: MetadataScanner): string[] {
  return discovery.getControllers().flatMap(({ instance, metatype }) => {
    const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as object;
      if (Reflect.getMetadata(PATH_METADATA, handler) === undefined) return [];
      if (Reflect.getMetadata(ACCESS, handler) !== undefined) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
      return [`${method} ${metatype?.name ?? '?'}.${name}`];
    });
  });
}
