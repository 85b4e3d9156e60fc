import { IsText } from '@smartkey/http';

const instant = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' } as const;
const id = { type: 'string', minLength: 1, maxLength: 64 } as const;

/** What the gateway sends; strict, so that a slip on either side shows at once. */
export const issueLinkBody = {
  type: 'object',
  additionalProperties: false,
  required: ['channel', 'issuedAt', 'expiresAt'],
  properties: {
    channel: { enum: ['mail', 'shown'] },
    email: { type: 'string', minLength: 3, maxLength: 254 },
    reason: { type: 'string', minLength: 1, maxLength: 500 },
    number: { type: 'string', pattern: '^\\d{8}$' },
    issuedAt: instant,
    expiresAt: instant,
  },
} as const;

export const shownProofBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    link: id,
    code: { type: 'string', pattern: '^(?:[0-9]{6}|[0-9]{8})$' },
    recoveryCode: { type: 'string', minLength: 1, maxLength: 64 },
    number: { type: 'string', pattern: '^\\d{8}$' },
  },
} as const;

export const reportBody = {
  type: 'object',
  additionalProperties: false,
  required: ['device'],
  properties: { device: id },
} as const;

export const ownPageBody = {
  type: 'object',
  additionalProperties: false,
  required: ['externalId'],
  properties: { externalId: { type: 'string', minLength: 1, maxLength: 1024 } },
} as const;

export class ReleaseForm {
  @IsText({ max: 500, multiline: true, description: 'What was found about the device that was reported.' })
  reason!: string;
}
