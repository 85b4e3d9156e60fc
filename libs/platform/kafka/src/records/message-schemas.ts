import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Message } from '@smartkey/event-bus';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { readable } from '@smartkey/lifecycle';

/** The folder with a schema of each published version of each message. */
const FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('@smartkey/messages/package.json')),
  'schemas',
);

/** The frozen schemas of the published language, compiled when first needed. */
export class MessageSchemas {
  readonly #ajv = new Ajv({ strict: false, allErrors: false });
  readonly #compiled = new Map<string, ValidateFunction | undefined>();

  constructor(private readonly folder = FOLDER) {
    addFormats.default(this.#ajv);
  }

  /** Why a message must not be published; `undefined` where it is what its schema says. */
  refuse({
    source,
    type,
    version,
    data,
  }: Pick<Message, 'source' | 'type' | 'version' | 'data'>): string | undefined {
    const name = `${source}/${type}.v${version}`;
    const validate = this.#of(name);
    if (validate === undefined) return `there is no schema of ${name}`;
    if (validate(data)) return undefined;
    return `${name} does not fit its schema: ${this.#ajv.errorsText(validate.errors, { dataVar: 'data' })}`;
  }

  #of(name: string): ValidateFunction | undefined {
    if (!this.#compiled.has(name)) {
      const text = this.#read(name);
      this.#compiled.set(
        name,
        text === undefined ? undefined : this.#ajv.compile(JSON.parse(text) as object),
      );
    }
    return this.#compiled.get(name);
  }

  #read(name: string): string | undefined {
    return readable(() => readFileSync(join(this.folder, `${name}.json`), 'utf8'), 'ENOENT');
  }
}
