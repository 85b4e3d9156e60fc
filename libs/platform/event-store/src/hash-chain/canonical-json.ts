/** Text that JSON can carry but the log cannot: U+0000, and halves of surrogate pairs. */
const UNSTORABLE = /\u0000|\p{Surrogate}/u;

/** A value that has no canonical form: no JSON, or text that cannot be stored. */
export class NotCanonicalError extends TypeError {
  override readonly name: string = 'NotCanonicalError';
}

/** An event would hold a number that is no safe integer: amounts and parts are text, and counts are whole. */
export class UnsafeNumberError extends NotCanonicalError {
  override readonly name = 'UnsafeNumberError';
  constructor(readonly number: number) {
    super(`${number} is no safe integer: events hold no other numbers`);
  }
}

/** Most texts hold nothing that is written otherwise within quotes. */
const OTHERWISE = /["\\\u0000-\u001f\ud800-\udfff]/;

function canonicalText(text: string): string {
  if (!OTHERWISE.test(text)) return `"${text}"`;
  if (UNSTORABLE.test(text)) throw new NotCanonicalError('text with U+0000 or half a surrogate pair');
  return JSON.stringify(text);
}

type Writer = (value: unknown) => string;

/** @param numberText the form of a number that is finite. */
function writer(numberText: (value: number) => string): Writer {
  const write = (value: unknown): string => {
    if (typeof value === 'string') return canonicalText(value);
    if (value === null || typeof value === 'boolean') return String(value);
    if (typeof value === 'number' && Number.isFinite(value)) return numberText(value);
    if (Array.isArray(value)) return `[${value.map(element).join(',')}]`;
    if (typeof value === 'object' && isPlain(value))
      return canonicalObject(value as Record<string, unknown>, write);
    throw new NotCanonicalError(`${describe(value)} has no canonical JSON form`);
  };
  const element = (value: unknown): string => write(value);
  return write;
}

/**
 * The canonical form of a JSON value (RFC 8785): keys in the order of their UTF-16 units, no white space.
 * Properties that are `undefined` are left out, as JSON does.
 * @throws NotCanonicalError for what is not JSON: bigint, Date, NaN, functions, an `undefined` in an array.
 */
export const canonicalJson: Writer = writer((value) => JSON.stringify(value));

/**
 * The same for data and metadata of events, whose numbers are safe integers: those that every program reads and writes alike.
 * @throws UnsafeNumberError; NotCanonicalError
 */
export const canonicalEventJson: Writer = writer((value) => {
  if (!Number.isSafeInteger(value)) throw new UnsafeNumberError(value);
  return JSON.stringify(value);
});

/** Names of fields in their canonical form: there are few, and each is written with every event. */
const NAMES = new Map<string, string>();
const MOST_NAMES = 2_000;

function canonicalName(name: string): string {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  const text = canonicalText(name);
  if (NAMES.size < MOST_NAMES && name.length < 64) NAMES.set(name, text);
  return text;
}

function canonicalObject(object: Record<string, unknown>, write: Writer): string {
  const members: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) members.push(`${canonicalName(key)}:${write(value)}`);
  }
  return `{${members.join(',')}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of another realm's objects is not this one's, but has no prototype itself either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? `a ${value.constructor.name}`
    : `${typeof value} ${String(value)}`;
