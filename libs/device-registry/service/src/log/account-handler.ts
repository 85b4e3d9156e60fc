import type { AccountId, Rejection, Result } from '@smartkey/kernel';
import {
  accountDecider,
  type AccountCommand,
  type AccountEvent,
  type AccountState,
  type KnownAccount,
} from '@smartkey/device-registry-domain';
import { CommandHandler, EventCodec, type Handled, type Loaded } from '@smartkey/event-store';
import type { ServiceParts } from '@smartkey/runtime';
import { termsVersionAt } from '@smartkey/terms';
import { ACCOUNT_CATEGORY, storedEvents } from './stored-events.ts';

export type AccountHandler = CommandHandler<AccountState, AccountCommand, AccountEvent, AccountId>;

type Known<One> = One & { readonly state: KnownAccount };
/** An account that was registered at least once, as its events tell it. */
export type LoadedAccount = Known<Loaded<AccountState, AccountEvent, AccountId>>;
/** What became of a command to such an account. */
export type HandledAccount = Known<Handled<AccountState, AccountEvent, AccountId>>;

/** What was done for a command, or why it is refused. */
export type DoneOrRefused<T> = Promise<Result<T, Rejection>>;
/** The answer to a command beside what became of its account. */
export interface AnsweredOf<T> {
  readonly value: T;
  readonly handled: HandledAccount;
}

/** Every stream of an account begins with a registration. @throws Error where it does not. */
export function known<One extends { readonly id: string; readonly state: AccountState }>(
  one: One,
): Known<One> {
  const { id, state } = one;
  if (state.status === 'unregistered') throw new Error(`${id} has a history without a registration`);
  return { ...one, state };
}

export const accountHandler = ({
  store,
  clock,
  subjectKeys,
}: Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys'>): AccountHandler =>
  new CommandHandler({
    store,
    clock,
    decider: accountDecider,
    codec: new EventCodec(storedEvents, subjectKeys),
    category: ACCOUNT_CATEGORY,
    termsVersion: (_event, occurredAt) => termsVersionAt(occurredAt),
  });
