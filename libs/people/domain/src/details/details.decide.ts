import { defined, event, ok, type ByActor } from '@smartkey/kernel';
import type { Decision } from '../person.decision.ts';
import type { PersonState } from '../person.state.ts';
import { mustBeActive, mustBeHere } from '../shared/guards.ts';

export interface ChangeDetails extends ByActor {
  readonly type: 'ChangeDetails';
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

export function changeDetails({ name, email }: ChangeDetails, state: PersonState): Decision {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  const changed = defined({
    name: name === here.value.name ? undefined : name,
    email: email === here.value.email ? undefined : email,
  });
  return ok(Object.keys(changed).length === 0 ? [] : [event('DetailsChanged', changed)]);
}

export interface ConfirmAddress extends ByActor {
  readonly type: 'ConfirmAddress';
  /** Where the link went. */
  readonly email: string;
}

export function confirmAddress({ email }: ConfirmAddress, state: PersonState): Decision {
  const active = mustBeActive(state);
  if (!active.ok) return active;
  const { email: known, emailConfirmed } = active.value;
  return ok(known === email && emailConfirmed ? [] : [event('AddressConfirmed', { email })]);
}

export type DetailsCommand = ChangeDetails | ConfirmAddress;
