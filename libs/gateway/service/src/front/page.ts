import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY } from './security-headers.ts';

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>SmartKey management service</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n`;

const ASSETS = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;

/** Where Swagger UI lies: a part of @nestjs/swagger. */
const assetFolder = (): string => {
  const swagger = createRequire(import.meta.url).resolve('@nestjs/swagger/package.json');
  return dirname(createRequire(swagger).resolve('swagger-ui-dist/package.json'));
};

/**
 * `/openapi.json` and the page `/docs` that shows it: open to everybody, with nothing from other sites.
 * @param document the OpenAPI document as JSON text.
 */
export function servePage(front: FastifyInstance, document: string): void {
  const serve = (url: string, type: string, content: () => string | Promise<Buffer>): void => {
    front.get(url, async (_request, reply) => {
      void reply.header('content-security-policy', PAGE_POLICY).type(`${type}; charset=utf-8`);
      return reply.send(await content());
    });
  };
  serve('/openapi.json', 'application/json', () => document);
  serve('/docs', 'text/html', () => HTML);
  serve('/docs/', 'text/html', () => HTML);
  serve('/docs/start.js', 'text/javascript', () => START);
  const folder = assetFolder();
  for (const [name, type] of Object.entries(ASSETS))
    serve(`/docs/${name}`, type, () => readFile(join(folder, name)));
}
