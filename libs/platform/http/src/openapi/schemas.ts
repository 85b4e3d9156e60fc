import type { OpenAPIObject } from '@nestjs/swagger';

/** A schema of OpenAPI 3.0, as it stands in the document. */
export type Schema = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string],
  { $ref: string }
>;
type Member = Schema | { readonly $ref: string };

export const text = (description?: string, more: Partial<Schema> = {}): Schema => ({
  type: 'string',
  ...(description !== undefined && { description }),
  ...more,
});
export const idOf = (prefix: string): Schema =>
  text(undefined, { example: `${prefix}_01k7x2m4q9r8s5t6v3w0y1z2a4` });
export const instant = (description?: string): Schema =>
  text(description, { format: 'date-time', example: '2018-01-31T15:00:00.000Z' });
export const jstDay = (description?: string): Schema =>
  text(description, { format: 'date', example: '2018-01-31' });
export const serviceMonth = (description?: string): Schema => text(description, { example: '2018-01' });
export const yen = (description = 'Whole yen.'): Schema => text(description, { example: '10000' });
export const decimal = (description = 'Exact decimal.'): Schema => text(description, { example: '0.85' });
export const wholeNumber = (description?: string): Schema => ({
  type: 'integer',
  ...(description !== undefined && { description }),
});
export const trueOrFalse = (description?: string): Schema => ({
  type: 'boolean',
  ...(description !== undefined && { description }),
});
export const oneOf = (values: readonly string[], description?: string): Schema =>
  text(description, { enum: [...values] });
export const list = (items: Member): Schema => ({ type: 'array', items });
export const nullable = (schema: Schema): Schema => ({ ...schema, nullable: true });
export const anything = (description?: string): Schema => ({
  ...(description !== undefined && { description }),
});
export const mapOf = (values: Member, description?: string): Schema => ({
  type: 'object',
  additionalProperties: values,
  ...(description !== undefined && { description }),
});

/** An object; a name that ends in `?` may be missing: `object({ id: idOf('ctr'), 'lastDay?': jstDay() })`. */
export function object(members: Readonly<Record<string, Member>>, description?: string): Schema {
  const names = Object.keys(members);
  const required = names.filter((name) => !name.endsWith('?'));
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ''), members[name]!])),
    ...(required.length > 0 && { required }),
    ...(description !== undefined && { description }),
  };
}

/** A page of a list: `{items, nextCursor}`. */
export const pageSchema = (items: Member): Schema =>
  object({ items: list(items), nextCursor: nullable(text('Send it as cursor; null on the last page.')) });
