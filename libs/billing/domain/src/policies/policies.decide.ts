import { addMonths, type ServiceMonth } from '@smartkey/calendar';
import { event, ok, type Decision } from '@smartkey/kernel';
import type { YenRounding } from '@smartkey/money';
import { heldIn, maySay, newVersion, type DocumentOfMonth } from '../settings/dated-entries.ts';
import { DEFAULT_POLICIES, type PaymentTerm, type PolicyCatalogue } from './billing-policy.ts';
import type { PolicySet } from './policies.events.ts';
import { samePolicy, type Policies } from './policies.state.ts';

/** The policies of the environment enter the log, once. */
export interface EnterPolicies {
  readonly type: 'EnterPolicies';
  readonly policies: PolicyCatalogue;
}

/** A policy from a month on. What it does not name is as in the month before. */
export interface SetPolicy {
  readonly type: 'SetPolicy';
  readonly from: ServiceMonth;
  readonly yenRounding?: YenRounding | undefined;
  readonly taxRounding?: YenRounding | undefined;
  readonly paymentTerm?: PaymentTerm | undefined;
  readonly reason: string;
  /** The first document of that month or of a later one. */
  readonly first?: DocumentOfMonth | undefined;
}

export type PoliciesCommand = EnterPolicies | SetPolicy;

export function enterPolicies({ policies }: EnterPolicies, { told }: Policies): Decision<PolicySet> {
  return ok(told.length > 0 ? [] : policies.map((policy) => event('PolicySet', policy)));
}

export function setPolicy(command: SetPolicy, state: Policies): Decision<PolicySet> {
  const { from, reason, first } = command;
  const before = heldIn(state, addMonths(from, -1))?.entry ?? DEFAULT_POLICIES[0];
  const policy = {
    yenRounding: command.yenRounding ?? before.yenRounding,
    taxRounding: command.taxRounding ?? before.taxRounding,
    paymentTerm: command.paymentTerm ?? before.paymentTerm,
  };
  const standing = heldIn(state, from)?.entry;
  if (standing?.from === from && samePolicy(standing, policy)) return ok([]);
  const refused = maySay(state, from, first, '/fromMonth');
  return refused ?? ok([event('PolicySet', { version: newVersion(state, from), from, ...policy, reason })]);
}
