import { Get, Post } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';

/**
 * The address of a form: GET shows it, POST takes what it sends, and one method does both, whom it is for and what it
 * weighs being the same. Stands above the method's other decorators, since it gives them to both.
 */
export const FormAt =
  (path = ''): MethodDecorator =>
  (target, name, descriptor) => {
    const shown = descriptor.value as (...args: unknown[]) => unknown;
    const sent = function (this: unknown, ...args: unknown[]): unknown {
      return shown.apply(this, args);
    };
    const sentName = `${String(name)}:sent`;
    const sentDescriptor = { ...descriptor, value: sent } as TypedPropertyDescriptor<unknown>;
    Object.defineProperty(target, sentName, sentDescriptor);
    for (const key of Reflect.getMetadataKeys(shown))
      Reflect.defineMetadata(key, Reflect.getMetadata(key, shown), sent);
    const controller = target.constructor;
    const args: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name);
    Reflect.defineMetadata(ROUTE_ARGS_METADATA, args, controller, sentName);
    Get(path)(target, name, descriptor);
    Post(path)(target, sentName, sentDescriptor);
  };
