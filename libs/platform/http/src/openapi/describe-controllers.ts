import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ServiceAdapter } from '../application/service-adapter.ts';
import { INTERNAL_ONLY } from '../security/allow.decorator.ts';

const isPublic = (controller: Type): boolean => Reflect.getMetadata(INTERNAL_ONLY, controller) !== true;

/**
 * The OpenAPI document of controllers by what they say of themselves: nothing is constructed, opened or listened on, so
 * their dependencies need not be there. Internal controllers are left out.
 */
export async function describeControllers(controllers: readonly Type[]): Promise<OpenAPIObject> {
  class DescribedModule {}
  const app = await NestFactory.create(
    { module: DescribedModule, controllers: controllers.filter(isPublic) },
    new ServiceAdapter(1),
    { preview: true, logger: false, abortOnError: false },
  );
  return SwaggerModule.createDocument(app, new DocumentBuilder().build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
}
