// Generates docs/asyncapi.json (AsyncAPI 3.0) and the JSON Schema of each message from the types of libs/messages.
// `--check` writes nothing and fails where the document has drifted or a published version of a message has changed: by the types,
// or, should types and schemas have been changed together, by the history of the schemas.
import { Parser } from '@asyncapi/parser';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { root } from './packages.mjs';
import { schemaHistory } from './schema-history.mjs';

const check = process.argv.includes('--check');
const { LOG_RESTORED_VERSION, TOPICS } = await import(
  new URL('../libs/messages/dist/index.js', import.meta.url).href
);
const CATALOGUES = {
  contract: 'ContractTopicMessages',
  'device-registry': 'DeviceRegistryTopicMessages',
  authentication: 'AuthenticationTopicMessages',
  billing: 'BillingTopicMessages',
};
const documentFile = join(root, 'docs/asyncapi.json');
const schemaFolder = join(root, 'libs/messages/schemas');

const generator = createGenerator({
  path: join(root, 'libs/messages/src/index.ts'),
  tsconfig: join(root, 'tsconfig.json'),
  skipTypeCheck: true,
  topRef: false,
  additionalProperties: false,
});

/** The definitions that a schema refers to, also through others. */
function definitionsOf(schema, definitions, found = {}) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    const key = decodeURIComponent(name);
    if (key in found) continue;
    found[key] = definitions[key];
    definitionsOf(definitions[key], definitions, found);
  }
  return found;
}

/** Named kinds of text, `ServiceMonth` or `Yen`, are text on the wire: a reference to one becomes what it stands for. */
function withTextInline(value, definitions) {
  if (Array.isArray(value)) return value.map((one) => withTextInline(one, definitions));
  if (value === null || typeof value !== 'object') return value;
  const name = value.$ref?.replace('#/definitions/', '');
  const target = name === undefined ? undefined : definitions[decodeURIComponent(name)];
  if (target?.type === 'string' && target.enum === undefined) {
    const words = { type: 'string', ...value };
    delete words.$ref;
    return words;
  }
  const inline = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withTextInline(inner, definitions)]),
  );
  const { anyOf, ...words } = inline;
  // Text or null, of a named kind as of any other.
  return anyOf?.every((one) => Object.keys(one).join() === 'type')
    ? { type: [...new Set(anyOf.map(({ type }) => type))], ...words }
    : inline;
}

const text = (value) => `${JSON.stringify(value, null, 2)}\n`;
const withoutWords = (value) =>
  JSON.stringify(value, (key, inner) =>
    key === 'description' && typeof inner === 'string' ? undefined : inner,
  );

/** A definition that messages share stands once in the document; a reference is resolved there, not in the payload that holds it. */
const inDocument = (schema) =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"#/components/schemas/'));

function shareDefinitions(definitions) {
  for (const [name, definition] of Object.entries(definitions)) {
    const schema = inDocument(definition);
    if (!/^[\w.-]+$/.test(name)) problems.push(`AsyncAPI takes no schema of the name ${name}: name its type`);
    if (JSON.stringify((document.components.schemas[name] ??= schema)) !== JSON.stringify(schema))
      problems.push(`two services mean different things by the schema ${name}: rename one`);
  }
}

const attribute = (description, extra = {}) => ({ type: 'string', description, ...extra });
const system = attribute(
  'Which installation published it, 12 hex digits; missing on records of a version that did not tell it.',
);
/** CloudEvents 1.0 in Kafka's binary content mode: the attributes are headers. */
const headers = (type, version, source) => ({
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_subject', 'content-type'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: attribute('Id of the event; the same on every delivery.', { format: 'uuid' }),
    ce_source: { const: `/smartkey/${source}` },
    ce_type: { const: `smartkey.${source}.${type}.v${version}` },
    ce_time: attribute('When it occurred (business time).', { format: 'date-time' }),
    ce_subject: attribute('The stream.'),
    ce_recordedtime: attribute('When the log took it.', { format: 'date-time' }),
    ce_revision: attribute('Revision in its stream, from 0.'),
    ce_position: attribute('Position in the log of the service.'),
    ce_previous: attribute('Position of the message before it on its partition; 0 for the first.'),
    ce_hash: attribute(
      'Hex SHA-256 that the log chains the event by; missing on records of a version that did not tell it.',
    ),
    ce_incarnation: attribute(
      'How often the log had begun anew after a loss was accepted; missing: 1. Positions are comparable within one only.',
    ),
    ce_system: system,
    ce_contract: attribute('The contract it belongs to, where there is one.'),
    ce_dataschema: attribute('The schema of the payload.'),
    traceparent: attribute('W3C trace context.'),
    'content-type': { const: 'application/json' },
  },
});

const document = {
  asyncapi: '3.0.0',
  info: {
    title: 'SmartKey management service: domain events',
    version: '1.0.0',
    description:
      'The published language of the services. Days are JST days, months service months, amounts yen as text, instants RFC 3339 in UTC. Delivery is at least once; order holds per key.',
  },
  defaultContentType: 'application/json',
  channels: {},
  operations: {},
  components: { messages: {}, schemas: {} },
};
const problems = [];

/** Messages of one type are on several topics where every log tells them of itself. */
const nameOf = (service, type) =>
  Object.values(TOPICS).filter(({ messages }) => type in messages).length > 1 ? `${service}.${type}` : type;

/** A schema as it was published stays; a new one is written. */
function publishSchema(folder, type, version, payload) {
  const file = join(schemaFolder, folder, `${type}.v${version}.json`);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `${type} v${version}`,
    ...payload,
  };
  if (existsSync(file)) {
    const published = JSON.parse(readFileSync(file, 'utf8'));
    if (withoutWords(published) !== withoutWords(schema))
      problems.push(
        `${type} v${version} is published and its shape has changed: raise its version where it is named`,
      );
    else if (!check) writeFileSync(file, text(schema));
  } else if (check) problems.push(`${type} v${version} has no schema yet: run npm run asyncapi`);
  else {
    mkdirSync(join(schemaFolder, folder), { recursive: true });
    writeFileSync(file, text(schema));
  }
}

/** On every topic, of the log itself. */
const RESTORED = 'LogRestored';
{
  const generated = generator.createSchema(RESTORED);
  const { definitions = {}, ...shape } = withTextInline(generated, generated.definitions ?? {});
  delete shape.$schema;
  if (Object.keys(definitionsOf(shape, definitions)).length > 0)
    problems.push(`${RESTORED} needs no definitions of its own`);
  publishSchema('every-topic', RESTORED, LOG_RESTORED_VERSION, shape);
  document.components.messages[RESTORED] = {
    name: RESTORED,
    title: `${RESTORED} v${LOG_RESTORED_VERSION}`,
    summary: shape.description,
    headers: {
      type: 'object',
      required: [
        'ce_specversion',
        'ce_id',
        'ce_source',
        'ce_type',
        'ce_time',
        'ce_subject',
        'ce_position',
        'ce_incarnation',
        'content-type',
      ],
      properties: {
        ce_specversion: { const: '1.0' },
        ce_id: attribute('Id of the incarnation, and the partition.'),
        ce_source: attribute('`/smartkey/<service>`'),
        ce_type: attribute(`\`smartkey.<service>.${RESTORED}.v${LOG_RESTORED_VERSION}\``),
        ce_time: attribute('When the loss was accepted (system time).', { format: 'date-time' }),
        ce_subject: { const: 'log-restored' },
        ce_position: attribute('Position of the message before it on its partition.'),
        ce_incarnation: attribute('The incarnation that begins.'),
        ce_system: system,
        'content-type': { const: 'application/json' },
      },
    },
    payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: inDocument(shape) },
  };
}

for (const [service, topic] of Object.entries(TOPICS)) {
  const generated = generator.createSchema(CATALOGUES[service]);
  const catalogue = withTextInline(generated, generated.definitions ?? {});
  const references = {};
  for (const [type, version] of Object.entries(topic.messages)) {
    const shape = catalogue.properties[type];
    const payload = { ...shape };
    const definitions = definitionsOf(shape, catalogue.definitions ?? {});
    if (Object.keys(definitions).length > 0) payload.definitions = definitions;
    shareDefinitions(definitions);
    publishSchema(service, type, version, payload);
    document.components.messages[nameOf(service, type)] = {
      name: type,
      title: `${type} v${version}`,
      ...(shape.description === undefined ? {} : { summary: shape.description }),
      headers: headers(type, version, service),
      payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: inDocument(shape) },
    };
    references[type] = { $ref: `#/components/messages/${nameOf(service, type)}` };
  }
  references[RESTORED] = { $ref: `#/components/messages/${RESTORED}` };
  document.channels[service] = {
    address: topic.address,
    description: topic.description,
    messages: references,
  };
  document.operations[`publish-${service}`] = {
    action: 'send',
    channel: { $ref: `#/channels/${service}` },
    summary: `The ${service} service publishes its events`,
  };
}

// By the official parser: what it does not read, no tool of others does. It asks for the latest version, which few tools read yet.
const { diagnostics } = await new Parser({ ruleset: { rules: { 'asyncapi-latest-version': 'off' } } }).parse(
  JSON.stringify(document),
);
for (const { code, message, path } of diagnostics)
  problems.push(`asyncapi.json, ${path.join('/')}: ${message} (${code})`);

if (check && (!existsSync(documentFile) || readFileSync(documentFile, 'utf8') !== text(document)))
  problems.push('docs/asyncapi.json has drifted from libs/messages: run npm run asyncapi');
if (check) {
  const history = schemaHistory(root, 'libs/messages/schemas');
  problems.push(...history.problems);
  if (history.unseen !== undefined)
    process.stderr.write(
      `asyncapi: could not look back whether a published schema was changed: ${history.unseen}\n`,
    );
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
if (!check) writeFileSync(documentFile, text(document));
process.stdout.write(
  `asyncapi: ${Object.keys(document.components.messages).length} messages on ${Object.keys(TOPICS).length} topics\n`,
);
