import { arrayText } from './array-text.ts';

/** A parameter in the text form that PostgreSQL reads for whatever type the statement gives it. */
export function parameterText(value: unknown): string | null {
  return Array.isArray(value) ? arrayText(value, scalarText) : scalarText(value);
}

function scalarText(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      if (Number.isFinite(value)) return String(value);
      break;
    case 'object':
      if (value === null) return null;
      if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
      if (!Array.isArray(value) && !(value instanceof Date)) return JSON.stringify(value);
      break;
    default:
  }
  throw new TypeError(`no parameter of a statement: ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value instanceof Date) return 'a Date (pass an instant as text)';
  if (Array.isArray(value)) return 'an array in an array (pass JSON as its text)';
  return String(value);
}
