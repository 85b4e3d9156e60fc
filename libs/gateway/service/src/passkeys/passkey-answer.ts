import { ProblemException, type Schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

/** What has to be answered: send `challenge` back with the browser's answer, once, within five minutes. */
export interface PasskeyChallenge {
  readonly challenge: string;
  /** For `navigator.credentials`, as JSON (WebAuthn Level 3). */
  readonly options: unknown;
  readonly expiresAt: Instant;
}

/** A passkey as its person sees it. */
export interface PasskeyView {
  /** @prefix psk */
  readonly id: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
}

const TOKEN: Schema = { type: 'string', pattern: '^[\\w-]{43}$', description: 'As it was answered.' };

/** What a browser says of a credential. Newer browsers say more, which is let pass unread. */
const RESPONSE: Schema = {
  type: 'object',
  description: 'What `navigator.credentials` answered, as JSON (WebAuthn Level 3).',
  required: ['id', 'rawId', 'type', 'response'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 2048 },
    rawId: { type: 'string', minLength: 1, maxLength: 2048 },
    type: { type: 'string', enum: ['public-key'] },
    response: { type: 'object', additionalProperties: true },
  },
  additionalProperties: true,
};

/** `{}` begins; `{challenge, response}` ends. */
export const passkeyBodySchema: Schema = {
  type: 'object',
  properties: { challenge: TOKEN, response: RESPONSE },
  additionalProperties: false,
};

export const newPasskeyBodySchema: Schema = {
  ...passkeyBodySchema,
  properties: {
    challenge: TOKEN,
    response: RESPONSE,
    name: { type: 'string', minLength: 1, maxLength: 100, description: 'To tell one passkey from another.' },
  },
};

/** One is nothing without the other. */
const TOGETHER = { dependencies: { challenge: ['response'], response: ['challenge'] } };
export const passkeyBody = { ...passkeyBodySchema, ...TOGETHER };
export const newPasskeyBody = { ...newPasskeyBodySchema, ...TOGETHER };

export interface PasskeyBody {
  readonly challenge?: string;
  readonly response?: { readonly id: string } & object;
}

export interface NewPasskeyBody extends PasskeyBody {
  readonly name?: string;
}

/** Whatever did not fit is one answer: nothing is told of what there is. */
export const signInFailed = (): ProblemException =>
  new ProblemException(401, 'sign-in-failed', 'This does not sign in. Begin again.', {
    headers: { 'www-authenticate': 'Bearer realm="smartkey"' },
  });

export const proofRefused = (): ProblemException =>
  new ProblemException(403, 'proof-refused', 'This does not show who you are. Begin again.');
