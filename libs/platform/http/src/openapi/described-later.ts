import type * as Swagger from '@nestjs/swagger';

type Swagger = typeof Swagger;
type AnyDecorator = (...target: never[]) => unknown;

/** What was said of controllers and forms, in the order in which it was said. */
const said: ((swagger: Swagger) => void)[] = [];

/**
 * A decorator of `@nestjs/swagger` that is applied when somebody asks for the document: the library is 500 files and has nothing to do in a
 * program that serves.
 */
const later =
  <Given extends unknown[], Decorator extends AnyDecorator>(
    named: (swagger: Swagger) => (...given: Given) => Decorator,
  ) =>
  (...given: Given): Decorator => {
    const saying = (...target: unknown[]): void => {
      said.push((swagger) => Reflect.apply(named(swagger)(...given), undefined, target));
    };
    return saying as AnyDecorator as Decorator;
  };

export const ApiBearerAuth = later((swagger) => swagger.ApiBearerAuth);
export const ApiBody = later((swagger) => swagger.ApiBody);
export const ApiConsumes = later((swagger) => swagger.ApiConsumes);
export const ApiExtension = later((swagger) => swagger.ApiExtension);
export const ApiHeader = later((swagger) => swagger.ApiHeader);
export const ApiOperation = later((swagger) => swagger.ApiOperation);
export const ApiParam = later((swagger) => swagger.ApiParam);
export const ApiProduces = later((swagger) => swagger.ApiProduces);
export const ApiProperty = later((swagger) => swagger.ApiProperty);
export const ApiResponse = later((swagger) => swagger.ApiResponse);
export const ApiTags = later((swagger) => swagger.ApiTags);

/** The library, with everything applied that was said until now. */
export async function appliedSwagger(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const apply of said.splice(0)) apply(swagger);
  return swagger;
}
