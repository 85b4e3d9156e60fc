import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from './topics.ts';
import { withoutPersonal } from './without-personal.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const folder = join(import.meta.dirname, '../schemas');

/** What a JSON pointer into the schema leads to (RFC 6901). */
const targetOf = (pointer: string, root: Schema): Schema =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, step) => (value as Readonly<Record<string, unknown>>)[decodeURIComponent(step)],
      root,
    ) as Schema;

/** A value with every property that a schema knows; each free text is its own path. */
function sampleOf(schema: Schema, root: Schema, path: string): unknown {
  // One word; the schema of version 1 names the whole line there.
  if (path.endsWith('corrects.item')) return path;
  if (schema.$ref !== undefined) return sampleOf(targetOf(schema.$ref, root), root, path);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined)
    return schema.anyOf
      .map((each) => sampleOf(each, root, path))
      .reduce((all, each) => (isFields(all) && isFields(each) ? { ...all, ...(each as object) } : all));
  const type = Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type;
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, each]) => [
        name,
        sampleOf(each, root, path === '' ? name : `${path}.${name}`),
      ]),
    );
  if (type === 'array') {
    const items = schema.items ?? {};
    return [sampleOf(Array.isArray(items) ? (items[0] as Schema) : (items as Schema), root, path)];
  }
  if (type === 'string') return path;
  return type === 'boolean' ? true : 1;
}

const isFields = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

/** What a text with one of these names may be is a word that somebody entered, or a name; but for those of fonts. */
const PERSONAL =
  /(^|\.)(recipient|reason|description|(?<!^fonts\.)name|department|address|email|externalId\w*|attestedBy|billTo|purchaseOrder)(\.|$)|^errors\.detail$/;

describe('a message without what is personal', () => {
  const published = Object.entries(TOPICS).flatMap(([source, { messages }]) =>
    Object.keys(messages).flatMap((type) =>
      readdirSync(join(folder, source))
        .filter((file) => file.startsWith(`${type}.v`))
        .map((file) => [source, type, file] as const),
    ),
  );

  it.each(published)(
    '%s: of %s (%s) no name, address or words of anybody are left, and the rest is',
    (source, type, file) => {
      const schema = JSON.parse(readFileSync(join(folder, source, file), 'utf8')) as Schema;
      const data = sampleOf(schema, schema, '');
      const texts = pathsIn(data);
      // Of a lapse the reason is one of a few words of ours.
      expect(pathsIn(withoutPersonal({ source, type, data }))).toEqual(
        texts.filter((path) => !PERSONAL.test(path)),
      );
    },
  );

  it('shows nothing of what this program does not know', () => {
    for (const message of [
      { source: 'contract', type: 'Unheard', data: { a: 'b' } },
      { source: 'unheard', type: 'ServiceStarted', data: { date: '2018-01-01' } },
      { source: 'contract', type: 'constructor', data: { name: 'x' } },
      { source: 'contract', type: 'ServiceStarted', data: { constructor: 'x', toString: 'y' } },
    ])
      expect(withoutPersonal(message)).toEqual({});
  });
});
