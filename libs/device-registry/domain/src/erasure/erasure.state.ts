import type { Fact, Instant } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';

/** What keeps the personal data from being erased. */
export interface LegalHold {
  readonly since: Instant;
  readonly reason: string;
}

/** Whether the personal data were erased, or are on legal hold. */
export interface Erasure {
  readonly erasedAt?: Instant;
  readonly hold?: LegalHold;
}

/** @returns the same where the event is of something else. */
export function evolveErasure(erasure: Erasure | undefined, event: Fact<AccountEvent>): Erasure | undefined {
  switch (event.type) {
    case 'PersonalDataErased':
      return erasure?.erasedAt === undefined ? { erasedAt: event.occurredAt } : erasure;
    case 'LegalHoldSet':
      return { ...erasure, hold: { since: event.occurredAt, reason: event.data.reason } };
    case 'LegalHoldLifted':
      return erasure?.erasedAt === undefined ? undefined : { erasedAt: erasure.erasedAt };
    default:
      return erasure;
  }
}
