// Generates docs/openapi.json, the public surface of all services, from what their controllers say of themselves.
// `--check` writes nothing and fails where the document has drifted from the code.
import 'reflect-metadata';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as prettier from 'prettier';
import { Answers } from './answers.mjs';
import { root } from './packages.mjs';

const check = process.argv.includes('--check');
const { describeControllers } = await import(
  new URL('../libs/platform/http/dist/index.js', import.meta.url).href
);
const SERVICES = ['contract', 'device-registry', 'authentication', 'billing', 'gateway'];
const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch']);
const documentFile = join(root, 'docs/openapi.json');

/** Every class that a service's `*.controller.ts` files export as a controller. */
async function controllersOf(service) {
  const folder = join(root, 'libs', service, 'service/dist');
  const found = new Set();
  for (const file of readdirSync(folder, { recursive: true }).sort()) {
    if (!file.endsWith('.controller.js')) continue;
    for (const member of Object.values(await import(pathToFileURL(join(folder, file)).href)))
      if (typeof member === 'function' && Reflect.getMetadata('__controller__', member) === true)
        found.add(member);
  }
  return [...found];
}

const pascal = (name) => name.replace(/(^|-)(\w)/g, (_all, _dash, letter) => letter.toUpperCase());
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Puts the shape of each answer where its operation leaves it to the type that its method returns. */
function answersByType(service, document) {
  const answers = types.of(`libs/${service}/service/src`);
  for (const operation of Object.values(document.paths).flatMap((operations) => Object.values(operations)))
    for (const [status, { content = {} }] of Object.entries(operation.responses))
      for (const media of Object.values(content)) {
        if (media.schema?.['x-by-type'] !== true) continue;
        const answer = answers(operation.operationId, status);
        media.schema = answer.schema;
        document.components = {
          ...document.components,
          schemas: { ...document.components?.schemas, ...answer.schemas },
        };
      }
}

const types = new Answers(`libs/{${SERVICES.join(',')}}/service/src/**/*.controller.ts`);
const paths = {};
const schemas = {};
const responses = {};
const problems = [];

for (const service of SERVICES) {
  let document = await describeControllers(await controllersOf(service));
  answersByType(service, document);
  // Two services may each have a form of the same name: the later one's then carries its service's name.
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if (!(name in schemas) || same(schemas[name], schema)) continue;
    const text = JSON.stringify(document).replaceAll(
      `"#/components/schemas/${name}"`,
      `"#/components/schemas/${pascal(service)}${name}"`,
    );
    document = JSON.parse(text);
    document.components.schemas[`${pascal(service)}${name}`] = document.components.schemas[name];
    delete document.components.schemas[name];
  }
  Object.assign(schemas, document.components?.schemas);
  Object.assign(responses, document.components?.responses);
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const route = `${method.toUpperCase()} ${path}`;
      if (!path.startsWith('/v1/')) problems.push(`${route} (${service}) lies outside /v1`);
      if (paths[path]?.[method] !== undefined && service !== 'gateway')
        problems.push(`${route} is served twice`);
      if (METHODS.has(method) && operation['x-roles'] === undefined)
        problems.push(`${route} (${service}) does not say who may call it: give it @Route`);
      operation.operationId = `${service}.${operation.operationId}`;
    }
    // The gateway serves some addresses in place of their service; its description is the one that holds.
    paths[path] = { ...paths[path], ...operations };
  }
}

/** Said once and referred to: the headers of writes and reads. The refusals that operations share come so from the services. */
const parameters = {};
function shared(parameter) {
  parameters[parameter.name] ??= parameter;
  return same(parameters[parameter.name], parameter)
    ? { $ref: `#/components/parameters/${parameter.name}` }
    : parameter;
}

for (const operation of Object.values(paths).flatMap((operations) => Object.values(operations)))
  operation.parameters = operation.parameters?.map((parameter) =>
    parameter.in === 'header' ? shared(parameter) : parameter,
  );

const answers = (...names) =>
  Object.fromEntries(names.map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]));
/** What is answered to a request that never reached a route. */
const BROKEN = answers([400, 'Unreadable'], [408, 'RequestTimeout'], [431, 'HeadersTooLarge']);

const open = (name, summary, description, content) => ({
  get: {
    operationId: `operations.${name}`,
    summary,
    tags: ['Operations'],
    security: [],
    responses: { 200: { description, ...(content && { content }) }, ...BROKEN },
  },
});
const json = { 'application/json': { schema: { type: 'object' } } };

const document = {
  openapi: '3.0.3',
  info: {
    title: 'SmartKey management service',
    version: '1.0.0',
    description: [
      'Contracts, registered IDs, one-time-code authentication and monthly invoices of the SmartKey management service.',
      'Instants are RFC 3339 with an offset, days and months are those of Japan, amounts and decimals are text.',
      'Errors are RFC 9457 problem details; a broken rule of the terms is named by its article in errors[].rule.',
      'A key bound to a contract sees a foreign id as it sees an unknown one: 404.',
      'Every answer carries X-Request-Id and RateLimit-Limit, -Remaining and -Reset.',
    ].join('\n\n'),
  },
  servers: [{ url: '/' }],
  security: [{ key: [] }],
  paths: sorted({
    ...paths,
    '/health/live': open('live', 'The process answers', 'It does.', json),
    '/health/ready': {
      get: {
        ...open('ready', 'The whole is ready', 'It is.', json).get,
        responses: {
          200: { description: 'It is.', content: json },
          503: { description: 'A part is not.', content: json },
          ...BROKEN,
        },
      },
    },
    '/metrics': open('metrics', 'Metrics for Prometheus', 'Text format.', {
      'text/plain': { schema: { type: 'string' } },
    }),
  }),
  components: {
    securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer <key>' } },
    responses: sorted(responses),
    parameters: sorted(parameters),
    schemas: sorted({
      ...schemas,
      Problem: {
        type: 'object',
        description: 'RFC 9457 problem details.',
        required: ['type', 'title', 'status', 'detail', 'code'],
        properties: {
          type: { type: 'string', example: 'urn:smartkey:problem:validation-failed' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          code: { type: 'string', description: 'Stable, for programs.' },
          errors: {
            type: 'array',
            items: {
              type: 'object',
              required: ['pointer', 'rule', 'detail'],
              properties: {
                pointer: {
                  type: 'string',
                  description: 'JSON pointer into the body, or /name of a parameter.',
                },
                rule: { type: 'string', description: 'An article of the terms, or the name of a check.' },
                detail: { type: 'string' },
              },
            },
          },
        },
      },
    }),
  },
};

/** A service's route that the gateway serves in its place leaves schemas behind that nothing else names. */
for (let left = -1; left !== Object.keys(document.components.schemas).length;) {
  left = Object.keys(document.components.schemas).length;
  const text = JSON.stringify(document);
  for (const name of Object.keys(document.components.schemas))
    if (!text.includes(`"#/components/schemas/${name}"`)) delete document.components.schemas[name];
}

for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
  if (!(reference in document.components.schemas)) problems.push(`nothing describes the schema ${reference}`);

const text = await prettier.format(JSON.stringify(document), {
  ...(await prettier.resolveConfig(documentFile)),
  parser: 'json',
});
if (check && (!existsSync(documentFile) || readFileSync(documentFile, 'utf8') !== text))
  problems.push('docs/openapi.json has drifted from the code: run npm run openapi');
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
}
if (!check) writeFileSync(documentFile, text);
const count = Object.values(document.paths).reduce((sum, each) => sum + Object.keys(each).length, 0);
process.stdout.write(`openapi: ${count} operations\n`);
