import type { Decider } from '@smartkey/kernel';
import { evolveEntries, nothingTold } from '../settings/dated-entries.ts';
import { enterPolicies, setPolicy, type PoliciesCommand } from './policies.decide.ts';
import type { PolicySet } from './policies.events.ts';
import type { Policies } from './policies.state.ts';

/** What billing goes by where the terms are silent, by service month. */
export const policiesDecider: Decider<Policies, PoliciesCommand, PolicySet> = {
  initial: nothingTold,
  evolve: evolveEntries,
  decide: (command, state) =>
    command.type === 'EnterPolicies' ? enterPolicies(command, state) : setPolicy(command, state),
};
