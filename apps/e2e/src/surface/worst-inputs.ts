/** A request that asks for as much work as it can. */
export interface WorstInput {
  /** What is bad about it. */
  readonly about: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly accept?: string;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
}
interface OperationJson {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: SchemaJson }>> };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}
interface SchemaJson {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}
export interface DocumentJson {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationJson>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaJson>> };
}

const MONTHS = ['9999-12', '10000-01', '0000-00', '0000-01', '2999-12'];
const DAYS = ['9999-12-31', '10000-01-01', '2999-12-31', '0001-01-01'];
const INSTANTS = ['9999-12-31T23:59:59.999Z', '2999-12-31T00:00:00Z', '0000-01-01T00:00:00Z'];
const NUMBERS = ['200', '999999999999999', '-1', '1e308', '9'.repeat(300)];
const TEXTS = ['あ'.repeat(200), '%'.repeat(200), `${'a'.repeat(4000)}!`, `${'<'.repeat(199)}>`];
const cursor = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
const CURSORS = [cursor(2 ** 31 - 1), cursor(1e308), cursor('a'.repeat(700)), cursor(0), cursor('')];

/** The worst values for a parameter of that name. */
function worstOf(name: string): readonly string[] {
  if (name === 'month') return MONTHS;
  if (name === 'cursor') return CURSORS;
  if (['limit', 'n', 'condition', 'minTotal', 'maxTotal'].includes(name)) return NUMBERS;
  if (['on', 'from', 'to'].includes(name)) return DAYS;
  if (['asOf', 'knownAt'].includes(name)) return INSTANTS;
  return TEXTS;
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const JSON_LIMIT = 64 * 1024;
const list = (item: string): string =>
  `[${Array.from({ length: Math.floor((JSON_LIMIT - 200) / (item.length + 1)) }, () => item).join(',')}]`;

/** JSON within the limit of the gate: deep, wide, long, and each field of the form with too much in it. */
function worstJson(fields: readonly string[]): readonly (readonly [about: string, body: string])[] {
  const members = Array.from({ length: 4_000 }, (_, index) => `"field${index}":1`).join(',');
  const everyField = (value: string): string => `{${fields.map((name) => `"${name}":${value}`).join(',')}}`;
  const share = Math.floor((JSON_LIMIT - 2_000) / Math.max(1, fields.length));
  return [
    ['as deep as it is long', nested(10_000)],
    ['16 levels', nested(16)],
    ['4,000 unknown fields', `{${members}}`],
    ['a list of empty objects', list('{}')],
    ['fields of long text', everyField(JSON.stringify('a'.repeat(share - 20)))],
    ['fields of text of spaces', everyField(JSON.stringify(`${' '.repeat(share - 20)}!`))],
    ['fields of far days', everyField('"9999-12-31"')],
    ['fields of far months', everyField('"9999-12"')],
    ['fields of far instants', everyField('"9999-12-31T23:59:59Z"')],
    ['fields of huge numbers', everyField('999999999999999')],
    ...fields.map((name) => [`${name}: a list of objects`, `{"${name}":${list('{"upTo":1}')}}`] as const),
    ...fields.map((name) => [`${name}: deep`, `{"${name}":${nested(14)}}`] as const),
  ];
}

const CSV_HEADER = 'externalId,displayName,action';
const CSVS: readonly (readonly [about: string, body: () => string])[] = [
  ['one field of 16 MiB', () => `${CSV_HEADER}\r\n"${'a'.repeat(16 * 1024 * 1024 - 100)}",,register`],
  ['one line of commas', () => `${CSV_HEADER}\r\n${','.repeat(4 * 1024 * 1024)}`],
  ['line ends alone', () => `${CSV_HEADER}\r\n${'\r\n'.repeat(4 * 1024 * 1024)}`],
  ['quotes alone', () => `${CSV_HEADER}\r\n${'"'.repeat(4 * 1024 * 1024)}`],
  ['one external id 100,000 times', () => `${CSV_HEADER}\r\n${'same,,register\r\n'.repeat(100_000)}`],
  [
    '100,000 rows',
    () =>
      `${CSV_HEADER}\r\n${Array.from({ length: 100_000 }, (_, row) => `worst-${row},名前${row},register`).join('\r\n')}`,
  ],
];

const encoded = (text: string): string => encodeURIComponent(text);

/** Every operation of the document with its worst inputs, one at a time, the other parameters naming what is there. */
export function* worstInputs(
  document: DocumentJson,
  named: Readonly<Record<string, readonly string[]>>,
): Generator<WorstInput> {
  for (const [template, operations] of Object.entries(document.paths))
    for (const [name, operation] of Object.entries(operations)) {
      if (template === '/v1/sandbox/clock' && name === 'put') continue;
      const method = name.toUpperCase();
      const parameters = (operation.parameters ?? []).filter((each): each is Parameter => 'name' in each);
      const filled = (replaced: Readonly<Record<string, string>> = {}): string =>
        template.replace(/\{([^}]+)\}/g, (_all, key: string) =>
          encoded(replaced[key] ?? named[key]?.[0] ?? 'x'),
        );
      const csvAnswer = JSON.stringify(operation.responses).includes('text/csv');
      const base = { method, path: filled(), ...(csvAnswer && { accept: 'text/csv' }) };
      yield { ...base, about: 'as it is' };
      for (const parameter of parameters)
        for (const value of worstOf(parameter.name)) {
          const about = `${parameter.name}=${value.slice(0, 24)}`;
          if (parameter.in === 'path') yield { ...base, about, path: filled({ [parameter.name]: value }) };
          if (parameter.in === 'query')
            yield { ...base, about, path: `${filled()}?${parameter.name}=${encoded(value)}` };
        }
      for (const [contentType, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
        if (contentType === 'text/csv')
          for (const [about, body] of CSVS) yield { ...base, about, contentType, body: body() };
        if (contentType !== 'application/json') continue;
        const form =
          schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!];
        for (const [about, body] of worstJson(Object.keys(form?.properties ?? {})))
          yield { ...base, about, contentType, body };
      }
    }
}
