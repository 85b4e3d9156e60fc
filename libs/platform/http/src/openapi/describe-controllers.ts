import 'reflect-metadata';
import type { InjectionToken, Provider, Type } from '@nestjs/common';
import {
  PARAMTYPES_METADATA,
  PROPERTY_DEPS_METADATA,
  SELF_DECLARED_DEPS_METADATA,
} from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ServiceAdapter } from '../application/service-adapter.ts';
import { INTERNAL_ONLY } from '../security/allow.decorator.ts';
import { appliedSwagger } from './described-later.ts';
import { documentRefusals } from './refusals.ts';

const isPublic = (controller: Type): boolean => Reflect.getMetadata(INTERNAL_ONLY, controller) !== true;

/** The tokens that `@Inject(token)` names on parameters or properties. */
const declared = (key: string, controller: Type, member: 'param' | 'type'): InjectionToken[] =>
  ((Reflect.getMetadata(key, controller) ?? []) as Record<string, InjectionToken>[]).map(
    (each) => each[member]!,
  );

/** Stand-ins for what the controllers are constructed with: the container wants them, nobody calls them. */
function standIns(controllers: readonly Type[]): Provider[] {
  const tokens = controllers.flatMap((controller) => [
    ...((Reflect.getMetadata(PARAMTYPES_METADATA, controller) ?? []) as InjectionToken[]),
    ...declared(SELF_DECLARED_DEPS_METADATA, controller, 'param'),
    ...declared(PROPERTY_DEPS_METADATA, controller, 'type'),
  ]);
  return [...new Set(tokens)].map((provide) => ({ provide, useValue: {} }));
}

/**
 * The OpenAPI document of controllers by what they say of themselves: nothing is constructed, opened or listened on, so
 * their dependencies need not be there. Internal controllers are left out.
 */
export async function describeControllers(controllers: readonly Type[]): Promise<OpenAPIObject> {
  class DescribedModule {}
  const { DocumentBuilder, SwaggerModule } = await appliedSwagger();
  const shown = controllers.filter(isPublic);
  const app = await NestFactory.create(
    { module: DescribedModule, controllers: shown, providers: standIns(shown) },
    new ServiceAdapter(1),
    { preview: true, logger: false, abortOnError: false },
  );
  return documentRefusals(
    SwaggerModule.createDocument(app, new DocumentBuilder().build(), {
      operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
    }),
  );
}
