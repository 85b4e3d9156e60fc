// What the public surface answers, by the types that its controllers' methods return: the type is the one source of an answer's shape.
import { join, relative } from 'node:path';
import {
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  SchemaGenerator,
} from 'ts-json-schema-generator';
import ts from 'typescript';
import { root } from './packages.mjs';

/**
 * Tags besides those that JSON Schema has. Of a field: an example; the prefix of an id, which makes one. Of a type: what readers of
 * the document are told of it, for the words beside a type are for who works on the code.
 */
const EXTRA_TAGS = ['example', 'prefix', 'shown'];
const ID = '01k7x2m4q9r8s5t6v3w0y1z2a4';

/** The types of answers of the services' controllers. */
export class Answers {
  #program;
  #generator;

  /** @param pattern the files of the controllers, relative to the root. */
  constructor(pattern) {
    const config = {
      ...DEFAULT_CONFIG,
      path: join(root, pattern),
      tsconfig: join(root, 'tsconfig.json'),
      skipTypeCheck: true,
      topRef: false,
      additionalProperties: true,
      expose: 'all',
      sortProps: false,
      encodeRefs: false,
      extraTags: EXTRA_TAGS,
    };
    this.#program = createProgram(config);
    this.#generator = new SchemaGenerator(
      this.#program,
      createParser(this.#program, config),
      createFormatter(config),
      config,
    );
  }

  /**
   * What the methods of the controllers in a folder answer, asked for by `Controller.method` and status: a schema of OpenAPI 3.0, and the
   * schemas that it refers to under `#/components/schemas/`, by their names.
   */
  of(folder) {
    const methods = new Map();
    for (const file of this.#program.getSourceFiles()) {
      if (!relative(root, file.fileName).startsWith(`${folder}/`)) continue;
      for (const { name, members } of file.statements.filter(ts.isClassDeclaration))
        for (const method of members.filter(ts.isMethodDeclaration))
          methods.set(`${name.text.replace(/Controller$/, '')}.${method.name.text}`, method);
    }
    return (name, status) => {
      const { type } = methods.get(name);
      const bodies = type === undefined ? [] : bodiesOf(type);
      const told = bodies.filter((body) => body.status === status);
      const chosen = told.length > 0 ? told : bodies.filter((body) => body.status === undefined);
      const nodes = new Map(chosen.map(({ node }) => [node.getText(), node]));
      const answers = [...nodes.values()].map((node) => this.#answer(node));
      if (answers.length === 0 || answers.some(({ schema }) => Object.keys(schema).length === 0))
        throw new Error(`${name} in ${folder} does not say by the type it returns what it answers`);
      return {
        schema: answers.length === 1 ? answers[0].schema : { oneOf: answers.map(({ schema }) => schema) },
        schemas: Object.assign({}, ...answers.map(({ schemas }) => schemas)),
      };
    };
  }

  #answer(node) {
    const { definitions = {}, ...schema } = this.#generator.createSchemaFromNodes([node]);
    const converter = new Converter(definitions);
    const content = without(schema, '$schema', 'description');
    const isNamed =
      ts.isTypeReferenceNode(node) && node.typeArguments === undefined && schema.type === 'object';
    const answer = isNamed ? converter.named(node.typeName.getText(), content) : converter.convert(content);
    return { schema: answer, schemas: converter.schemas };
  }
}

/** The types of bodies within a return type, each with its status where `Written` tells one; without the file that may be sent instead. */
function bodiesOf(node, status) {
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((type) => bodiesOf(type, status));
  if (!ts.isTypeReferenceNode(node)) return [{ node, status }];
  const [body, told] = node.typeArguments ?? [];
  switch (node.typeName.getText()) {
    case 'Promise':
      return bodiesOf(body, status);
    case 'Written':
      return bodiesOf(body, told?.getText() ?? status);
    case 'StreamableFile':
      return [];
    default:
      return [{ node, status }];
  }
}

/** From JSON Schema (draft 7) to OpenAPI 3.0. Numbers of answers are whole; everything exact is text. */
class Converter {
  schemas = {};

  constructor(definitions) {
    this.definitions = definitions;
  }

  convert({ $ref, anyOf, const: constant, prefix, additionalProperties, ...rest }) {
    if ($ref !== undefined) return this.#reference(nameOf($ref), this.#words({ prefix, ...rest }));
    if (anyOf !== undefined) return this.#oneOf(anyOf, this.#words({ prefix, ...rest }));
    const { type, enum: values, items, properties, required, ...words } = rest;
    const isEmpty = Object.keys(properties ?? additionalProperties ?? {}).length === 0;
    if (type === 'object' && isEmpty) throw new Error(`an object of nothing: ${JSON.stringify(rest)}`);
    if (type === 'array') return { type, ...this.#words(words), items: this.convert({ ...items, prefix }) };
    if (Array.isArray(type)) {
      const types = type.filter((each) => each !== 'null');
      if (types.length !== 1) throw new Error(`a value of the types ${type.join(', ')}`);
      return { ...this.convert({ ...rest, prefix, additionalProperties, type: types[0] }), nullable: true };
    }
    const allowed = constant === undefined ? values : [constant];
    return {
      ...(type !== undefined && { type: type === 'number' ? 'integer' : type }),
      ...this.#words({ prefix, ...words }),
      ...(allowed !== undefined && { enum: allowed.filter((value) => value !== null) }),
      ...(allowed?.includes(null) && { nullable: true }),
      ...(properties !== undefined && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, member]) => [name, this.#member(name, member)]),
        ),
      }),
      ...(required !== undefined && { required }),
      ...(typeof additionalProperties === 'object' &&
        Object.keys(additionalProperties).length > 0 && {
          additionalProperties: this.convert(additionalProperties),
        }),
    };
  }

  /** @throws Error naming the place of what no schema says. */
  #member(name, member) {
    try {
      return this.convert(member);
    } catch (cause) {
      throw new Error(`${name}: ${cause.message}`, { cause });
    }
  }

  #words({ prefix, example, shown, description = shown, ...words }) {
    return {
      ...(description !== undefined && { description: description.replace(/\s*\n\s*/g, ' ') }),
      ...without(words, 'examples'),
      ...(example !== undefined && { example: String(example) }),
      ...(prefix !== undefined && { example: `${prefix}_${ID}` }),
    };
  }

  /** An object is referred to by the name of its type. A kind of text stands where it is used; so does what has words of its own there. */
  #reference(name, words) {
    const target = this.definitions[name];
    const content = without(target, 'description');
    if (target.type === 'object' && /^\w+$/.test(name) && Object.keys(words).length === 0)
      return this.named(name, content);
    return { ...this.convert(content), ...words };
  }

  named(name, content) {
    const shown = name.replace(/View$/, '');
    if (!(shown in this.schemas)) {
      this.schemas[shown] = {};
      this.schemas[shown] = this.convert(content);
    }
    return { $ref: `#/components/schemas/${shown}` };
  }

  #oneOf(types, words) {
    const present = types.filter(({ type }) => type !== 'null');
    const nullable = present.length < types.length && { nullable: true };
    if (present.length > 1) {
      const kinds = present.map((type) => this.convert(type));
      // Words of several unions are words of one.
      const areWords = kinds.every((kind) => kind.type === 'string' && kind.enum !== undefined);
      const all = areWords ? { type: 'string', enum: kinds.flatMap((kind) => kind.enum) } : { oneOf: kinds };
      return { ...all, ...words, ...nullable };
    }
    const only = this.convert(present[0]);
    const shown = only.$ref === undefined ? only : this.schemas[only.$ref.split('/').at(-1)];
    return { ...(nullable ? shown : only), ...words, ...nullable };
  }
}

const without = (object, ...names) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

const nameOf = ($ref) => $ref.replace('#/definitions/', '');
