import type { AccountId, AuthenticationId, DeviceId, EnrolmentId } from '@smartkey/kernel';
import type { LogMessages } from '../log/log.messages.ts';

/**
 * What the authentication service publishes on `smartkey.authentication`, stream `authentication-<rid_…>` (one per account).
 * No codes, no secrets, no time steps.
 */
export interface AuthenticationMessages {
  CredentialIssued: { account: AccountId; device: DeviceId; enrolment: EnrolmentId };
  CredentialConfirmed: { account: AccountId; device: DeviceId; enrolment: EnrolmentId };
  /** Its secret is erased. */
  CredentialErased: { account: AccountId; device: DeviceId };
  /** One successful authentication: what the service-provider plan is billed by. occurredAt: the decision. */
  AuthSucceeded: { account: AccountId; device: DeviceId; authentication: AuthenticationId };
  AccountLocked: { account: AccountId; until?: string; failures: number };
  AccountUnlocked: { account: AccountId };
  /** Denials of one contract, aggregated over a span of time (stream `denials-<ctr_…>`). */
  DenialsCounted: { from: string; to: string; byReason: Readonly<Record<string, number>> };
}

export type AuthenticationMessageType = keyof AuthenticationMessages;

/** Everything on the topic of the authentication service. */
export interface AuthenticationTopicMessages extends AuthenticationMessages, LogMessages {}
