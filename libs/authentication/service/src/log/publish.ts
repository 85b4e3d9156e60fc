import type { AuthenticationEvent } from '@smartkey/authentication-domain';
import type { RecordedEvent } from '@smartkey/kernel';
import type { AuthenticationMessages } from '@smartkey/messages';
import type { PublishedEvent } from '@smartkey/runtime';
import { storedEvent } from './stored-events.ts';

type Published = {
  [Type in keyof AuthenticationMessages]: {
    readonly type: Type;
    readonly data: AuthenticationMessages[Type];
  };
}[keyof AuthenticationMessages];

/** The contract goes into the message's envelope. */
function publishedOf(event: AuthenticationEvent): Published {
  switch (event.type) {
    case 'CredentialIssued':
    case 'CredentialConfirmed': {
      const { account, device, enrolment } = event.data;
      return { type: event.type, data: { account, device, enrolment } };
    }
    case 'CredentialErased': {
      const { account, device } = event.data;
      return { type: event.type, data: { account, device } };
    }
    case 'AuthSucceeded': {
      const { account, device, authentication } = event.data;
      return { type: event.type, data: { account, device, authentication } };
    }
    case 'AccountLocked': {
      const { account, failures, until } = event.data;
      return { type: event.type, data: { account, failures, ...(until !== undefined && { until }) } };
    }
    case 'AccountUnlocked':
      return { type: event.type, data: { account: event.data.account } };
    case 'DenialsCounted': {
      const { from, to, byReason } = event.data;
      return { type: event.type, data: { from, to, byReason } };
    }
  }
}

/** Pure: the published form of an event of this service's log. @throws Error where its type is unknown. */
export function publish(recorded: RecordedEvent): PublishedEvent {
  const event = storedEvent(recorded);
  return { ...publishedOf(event), version: 1, contract: event.data.contract };
}
