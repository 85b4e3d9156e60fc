import { readFile } from 'node:fs/promises';
import type { OpenAPIObject } from '@nestjs/swagger';

/** The committed document of the whole surface; the same way from the sources and from what is built of them. */
const DOCUMENT = new URL('../../../../../docs/openapi.json', import.meta.url);

/** The OpenAPI document of the public surface, as `npm run openapi` wrote it. */
export async function readOpenApiDocument(): Promise<OpenAPIObject> {
  return JSON.parse(await readFile(DOCUMENT, 'utf8')) as OpenAPIObject;
}
