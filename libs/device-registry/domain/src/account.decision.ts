import type { Decision as DecisionOf } from '@smartkey/kernel';
import type { AccountEvent } from './account.events.ts';

/** What a command to an account leads to. */
export type Decision = DecisionOf<AccountEvent>;
