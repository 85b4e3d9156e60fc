const id = { type: 'string', minLength: 1, maxLength: 64 } as const;

/** What the registry sends; strict, so that a slip on either side shows at once. */
export const issueCredentialBody = {
  type: 'object',
  additionalProperties: false,
  required: [
    'account',
    'contract',
    'enrolment',
    'device',
    'digits',
    'period',
    'algorithm',
    'expiresAt',
    'accountRevision',
  ],
  properties: {
    account: id,
    contract: id,
    /** A registry of a version before sends it; nothing is done with it. */
    externalIdDigest: { type: 'string', minLength: 1, maxLength: 64 },
    enrolment: id,
    device: id,
    digits: { enum: [6, 8] },
    period: { enum: [30, 60] },
    algorithm: { enum: ['SHA1', 'SHA256', 'SHA512'] },
    expiresAt: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' },
    accountRevision: { type: 'integer', minimum: 0 },
  },
} as const;

export const confirmCredentialBody = {
  type: 'object',
  additionalProperties: false,
  required: ['enrolment', 'code'],
  properties: { enrolment: id, code: { type: 'string', pattern: '^(?:[0-9]{6}|[0-9]{8})$' } },
} as const;

export const showHolderBody = {
  type: 'object',
  additionalProperties: false,
  required: ['code'],
  properties: { code: { type: 'string', pattern: '^(?:[0-9]{6}|[0-9]{8})$' } },
} as const;
