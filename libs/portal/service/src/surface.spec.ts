import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Operation {
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema?: { readonly $ref?: string } }>;
  };
}
interface Schema {
  readonly properties?: Record<string, unknown>;
}

const HERE = import.meta.dirname;
const surface = JSON.parse(readFileSync(join(HERE, '../../../../docs/openapi.json'), 'utf8')) as {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
};
const pages = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.(spec|d)\.tsx?$/.test(name))
  .map((name) => ({ folder: dirname(name), text: readFileSync(join(HERE, name), 'utf8') }));

const operations = Object.entries(surface.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

/** Pages that ask for an operation. */
const asking = (method: string, path: string): typeof pages =>
  pages.filter(({ text }) => new RegExp(`\\b${method}\\(\\s*'${path.replace(/[{}.]/g, '\\$&')}'`).test(text));

/** What no person does by a page: of programs, of auditors with tools of their own, and what another operation says as well. */
const NO_PAGE = new Set([
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'POST /v1/authentications',
  'GET /v1/audit/checkpoints/latest',
  'GET /v1/audit/consistency',
  'GET /v1/audit/keys',
  // After an older copy was put back: what is done then is a row of commands on the server and by programs (docs/operations.md).
  'GET /v1/audit/logs/{log}',
  'GET /v1/audit/logs/{log}/lost',
  'POST /v1/audit/logs/{log}/losses',
  'POST /v1/audit/logs/{log}/losses/{id}/confirmation',
  'GET /v1/invoices/{number}/proof',
  'GET /v1/proofs/{id}',
  'GET /v1/proofs/{id}/file',
  'GET /v1/invoices/{number}/statement',
  'GET /v1/status/restrictions/{name}',
]);

/** What no form asks for, since the surface has a default that fits: how long a link or a code is good, at which instant of a day. */
const NO_FIELD = new Set(['expiresInSeconds', 'appliedAt', 'acceptedAt', 'digits', 'period', 'algorithm']);

describe('what the surface lets people do', () => {
  it('can be done by a page, all of it', () => {
    const undone = operations
      .map(({ method, path }) => [`${method} ${path}`, asking(method, path).length] as const)
      .filter(([, count]) => count === 0)
      .map(([name]) => name);
    expect(undone.sort()).toEqual([...NO_PAGE].sort());
  });

  it('and every field of what is written has a place in a form', () => {
    const unsaid = operations.flatMap(({ method, path, operation }) => {
      const name = operation.requestBody?.content['application/json']?.schema?.$ref?.split('/').at(-1);
      if (name === undefined || NO_PAGE.has(`${method} ${path}`)) return [];
      const fields = Object.keys(surface.components.schemas[name]?.properties ?? {});
      // A form may stand beside the page that sends it.
      const folders = asking(method, path).map(({ folder }) => folder);
      const text = pages
        .filter(({ folder }) => folders.includes(folder))
        .map((each) => each.text)
        .join('\n');
      return fields
        .filter((field) => !NO_FIELD.has(field) && !new RegExp(`\\b${field}\\b`).test(text))
        .map((field) => `${method} ${path}: ${field}`);
    });
    expect(unsaid).toEqual([]);
  });
});
