import type { ContractId } from '@smartkey/kernel';
import type { Schema } from '@smartkey/http';

const CLIENT_REF = '^[A-Za-z0-9_.:-]{1,64}$';

/** The body of `POST /v1/authentications`, compiled once: this is the hot route. */
export interface AuthenticationBody {
  readonly externalId?: string;
  readonly id?: string;
  readonly code: string;
  readonly contract?: ContractId;
  readonly clientRef?: string;
  readonly clientAddress?: string;
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
    clientRef: { type: 'string', pattern: CLIENT_REF },
    clientAddress: { type: 'string', minLength: 1, maxLength: 64 },
  },
} as const;

/** The same as the document describes it. */
export const authenticationBodySchema: Schema = {
  type: 'object',
  properties: {
    externalId: {
      type: 'string',
      description: 'The ID as it was registered; either this or `id`.',
      maxLength: 256,
    },
    id: { type: 'string', description: 'The registered ID (`rid_…`).' },
    code: {
      type: 'string',
      description: '6 or 8 digits, as the device shows them.',
      pattern: '^([0-9]{6}|[0-9]{8})$',
      example: '287082',
    },
    contract: {
      type: 'string',
      description: 'The contract; needed from an operator, refused from others.',
    },
    clientRef: {
      type: 'string',
      description: "The caller's own name for this attempt, shown in the list of attempts. Nothing personal.",
      pattern: CLIENT_REF,
      example: 'login-20180131.7',
    },
    clientAddress: {
      type: 'string',
      description: 'The IP address (v4 or v6) that the end user came from; kept sealed with the attempt.',
      maxLength: 64,
      example: '203.0.113.7',
    },
  },
  required: ['code'],
};
