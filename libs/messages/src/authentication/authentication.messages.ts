/**
 * What the authentication service publishes on `smartkey.authentication`, stream `authentication-<rid_…>` (one per account).
 * No codes, no secrets, no time steps.
 */
export interface AuthenticationMessages {
  CredentialIssued: { account: string; device: string; enrolment: string };
  CredentialConfirmed: { account: string; device: string; enrolment: string };
  /** Its secret is erased. */
  CredentialErased: { account: string; device: string };
  /** One successful authentication: what the service-provider plan is billed by. occurredAt: the decision. */
  AuthSucceeded: { account: string; device: string; authentication: string };
  AccountLocked: { account: string; until?: string; failures: number };
  AccountUnlocked: { account: string };
  /** Denials of one contract, aggregated over a span of time (stream `denials-<ctr_…>`). */
  DenialsCounted: { from: string; to: string; byReason: Readonly<Record<string, number>> };
}

export type AuthenticationMessageType = keyof AuthenticationMessages;
