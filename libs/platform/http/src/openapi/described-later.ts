import type * as Swagger from '@nestjs/swagger';

type Swagger = typeof Swagger;
type Decorate = (...target: unknown[]) => void;

/** What was said of controllers and forms, in the order in which it was said. */
const said: ((swagger: Swagger) => void)[] = [];

/**
 * A decorator of `@nestjs/swagger` that is applied when somebody asks for the document: the library is 500 files and has nothing to do in a
 * program that serves.
 */
const later =
  <Name extends keyof Swagger>(name: Name) =>
  (...given: Swagger[Name] extends (...given: infer Given) => unknown ? Given : never) =>
    ((...target: unknown[]) => {
      said.push((swagger) =>
        (swagger[name] as unknown as (...given: unknown[]) => Decorate)(...given)(...target),
      );
    }) as Swagger[Name] extends (...given: never[]) => infer Decorator ? Decorator : never;

export const ApiBearerAuth = later('ApiBearerAuth');
export const ApiBody = later('ApiBody');
export const ApiConsumes = later('ApiConsumes');
export const ApiExtension = later('ApiExtension');
export const ApiHeader = later('ApiHeader');
export const ApiOperation = later('ApiOperation');
export const ApiParam = later('ApiParam');
export const ApiProduces = later('ApiProduces');
export const ApiProperty = later('ApiProperty');
export const ApiResponse = later('ApiResponse');
export const ApiTags = later('ApiTags');

/** The library, with everything applied that was said until now. */
export async function appliedSwagger(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const apply of said.splice(0)) apply(swagger);
  return swagger;
}
