import type { Decider } from '@smartkey/kernel';
import { NO_PROFILE, type BillingProfile } from './billing-profile.ts';
import { changeBillingProfile, type ChangeBillingProfile } from './profile.decide.ts';
import type { BillingProfileChanged } from './profile.events.ts';

/** What is agreed of one contract's documents. */
export const billingProfile: Decider<BillingProfile, ChangeBillingProfile, BillingProfileChanged> = {
  initial: NO_PROFILE,
  evolve: (_state, { data: { contract: _contract, ...profile } }) => profile,
  decide: changeBillingProfile,
};
