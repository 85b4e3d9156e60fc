import { schema, type Schema } from '@smartkey/http';

/** The body of `POST /v1/authentications`, compiled once: this is the hot route. */
export interface AuthenticationBody {
  readonly externalId?: string;
  readonly id?: string;
  readonly code: string;
  readonly contract?: string;
}

export const authenticationBody = {
  type: 'object',
  additionalProperties: false,
  required: ['code'],
  properties: {
    externalId: { type: 'string', minLength: 1, maxLength: 256 },
    id: { type: 'string', minLength: 1, maxLength: 64 },
    /** Exactly 6 or 8 ASCII digits: nothing is trimmed, no other script's digits are read. */
    code: { type: 'string', pattern: '^(?:[0-9]{6}|[0-9]{8})$' },
    contract: { type: 'string', minLength: 1, maxLength: 64 },
  },
} as const;

export const authenticationBodySchema: Schema = schema.object({
  'externalId?': schema.text('The ID as it was registered; either this or `id`.', { maxLength: 256 }),
  'id?': schema.text('The registered ID (`rid_…`).'),
  code: schema.text('6 or 8 digits, as the device shows them.', {
    pattern: '^([0-9]{6}|[0-9]{8})$',
    example: '287082',
  }),
  'contract?': schema.text('The contract; needed from an operator, refused from others.'),
});
