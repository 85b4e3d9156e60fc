import type { AuthenticationEvent } from '@smartkey/authentication-domain';
import { defined, type RecordedEvent } from '@smartkey/kernel';
import type { AuthenticationMessages } from '@smartkey/messages';
import type { PublishedEvent } from '@smartkey/runtime';
import { storedEvent } from './stored-events.ts';

type DataOf<Type extends AuthenticationEvent['type']> = Extract<AuthenticationEvent, { type: Type }>['data'];

/** What is published of each event; the contract goes into the message's envelope. */
const PUBLISHED: {
  readonly [Type in AuthenticationEvent['type']]: (data: DataOf<Type>) => AuthenticationMessages[Type];
} = {
  CredentialIssued: ({ account, device, enrolment }) => ({ account, device, enrolment }),
  CredentialConfirmed: ({ account, device, enrolment }) => ({ account, device, enrolment }),
  CredentialErased: ({ account, device }) => ({ account, device }),
  AuthSucceeded: ({ account, device, authentication }) => ({ account, device, authentication }),
  AccountLocked: ({ account, failures, until }) => defined({ account, failures, until }),
  AccountUnlocked: ({ account }) => ({ account }),
  DenialsCounted: ({ from, to, byReason }) => ({ from, to, byReason }),
};

/** Pure: the published form of an event of this service's log. @throws Error where its type is unknown. */
export function publish(recorded: RecordedEvent): PublishedEvent {
  const { type, data } = storedEvent(recorded);
  const published = PUBLISHED[type] as (data: object) => object;
  return { type, version: 1, contract: data.contract, data: published(data) };
}
