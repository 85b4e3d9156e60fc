import { readFile } from 'node:fs/promises';

/** The committed document of the whole surface; the same way from the sources and from what is built of them. */
const DOCUMENT = new URL('../../../../../docs/openapi.json', import.meta.url);

/** The OpenAPI document of the public surface as JSON text, as `npm run openapi` wrote it. */
export const readOpenApiDocument = (): Promise<string> => readFile(DOCUMENT, 'utf8');
