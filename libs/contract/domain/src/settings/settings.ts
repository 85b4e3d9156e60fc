import { ok, type DomainEvent, type Fact, event } from '@smartkey/kernel';
import type { Decision } from '../contract.decider.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { ContractState } from '../contract.state.ts';
import type { Moment } from '../shared/moment.ts';
import { mustExist, mustNotBeRefused } from '../shared/standing.ts';

/** Whether a denied authentication is told its reason, or `not_authenticated` in every case. */
export type DenialReasonsSet = DomainEvent<'DenialReasonsSet', { readonly disclosed: boolean }>;

export interface SettingsState {
  readonly denialReasonsDisclosed: boolean;
}

export const defaultSettings: SettingsState = { denialReasonsDisclosed: true };

export const evolveSettings = (state: SettingsState, event: Fact<ContractEvent>): SettingsState =>
  event.type === 'DenialReasonsSet' ? { denialReasonsDisclosed: event.data.disclosed } : state;

export interface SetDenialReasons extends Moment {
  readonly type: 'SetDenialReasons';
  readonly disclosed: boolean;
}

export function setDenialReasons(state: ContractState, command: SetDenialReasons): Decision {
  const refused = mustExist(state) ?? mustNotBeRefused(state);
  if (refused) return refused;
  const { disclosed } = command;
  return ok(
    disclosed === state.settings.denialReasonsDisclosed ? [] : [event('DenialReasonsSet', { disclosed })],
  );
}
