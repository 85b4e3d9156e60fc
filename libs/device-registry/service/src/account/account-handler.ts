import {
  accountDecider,
  type Account,
  type AccountCommand,
  type AccountEvent,
} from '@smartkey/device-registry-domain';
import { CommandHandler, EventCodec, type Handled, type Loaded } from '@smartkey/event-store';
import type { ServiceParts } from '@smartkey/runtime';
import { accountForms } from './account-forms.ts';

export type AccountHandler = CommandHandler<Account, AccountCommand, AccountEvent>;
export type HandledAccount = Handled<Account, AccountEvent>;
export type LoadedAccount = Loaded<Account, AccountEvent>;

/** Version of the terms that governs a fact (附則), by the instant it occurred at. */
const termsVersion = (_event: AccountEvent, occurredAt: string): string =>
  occurredAt < '2017-12-31T15:00:00.000Z' ? '2016-03-01' : '2018-01-01';

export const accountHandler = (
  parts: Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys'>,
): AccountHandler =>
  new CommandHandler({
    store: parts.store,
    clock: parts.clock,
    decider: accountDecider,
    codec: new EventCodec(accountForms, parts.subjectKeys),
    category: 'account',
    termsVersion,
  });
