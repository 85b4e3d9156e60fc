import {
  accountDecider,
  type Account,
  type AccountCommand,
  type AccountEvent,
} from '@smartkey/device-registry-domain';
import { CommandHandler, EventCodec, type Handled, type Loaded } from '@smartkey/event-store';
import type { ServiceParts } from '@smartkey/runtime';
import { termsVersionAt } from '@smartkey/terms';
import { accountForms } from './account-forms.ts';

export type AccountHandler = CommandHandler<Account, AccountCommand, AccountEvent>;
export type HandledAccount = Handled<Account, AccountEvent>;
export type LoadedAccount = Loaded<Account, AccountEvent>;

export const accountHandler = (
  parts: Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys'>,
): AccountHandler =>
  new CommandHandler({
    store: parts.store,
    clock: parts.clock,
    decider: accountDecider,
    codec: new EventCodec(accountForms, parts.subjectKeys),
    category: 'account',
    termsVersion: (_event, occurredAt) => termsVersionAt(occurredAt),
  });
