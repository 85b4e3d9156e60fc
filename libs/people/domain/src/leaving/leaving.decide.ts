import { conflict, defined, event, ok, type PersonId, type ByActor } from '@smartkey/kernel';
import type { Decision } from '../person.decision.ts';
import type { PersonState } from '../person.state.ts';
import { mustBeHere, mustNotBeOneself, mustNotBeTheLast } from '../shared/guards.ts';
import type { OfOthers } from '../shared/of-others.ts';

export interface Suspend extends ByActor, OfOthers {
  readonly type: 'Suspend';
  readonly person: PersonId;
  readonly reason?: string | undefined;
}

export interface Resume extends ByActor {
  readonly type: 'Resume';
  readonly person: PersonId;
  readonly reason?: string | undefined;
}

export interface Leave extends ByActor, OfOthers {
  readonly type: 'Leave';
  readonly person: PersonId;
  readonly reason?: string | undefined;
  /** Keys that the person made and that still work. */
  readonly keys: readonly string[];
}

export type LeavingCommand = Suspend | Resume | Leave;

export function suspend(command: Suspend, state: PersonState): Decision {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  if (here.value.stage === 'suspended') return ok([]);
  if (here.value.stage === 'invited')
    return conflict('not-yet-here', 'this person has not accepted the invitation yet: end it instead');
  return (
    mustNotBeOneself(command, 'nobody suspends themselves') ??
    mustNotBeTheLast(command, here.value) ??
    ok([event('PersonSuspended', defined({ reason: command.reason }))])
  );
}

export function resume(command: Resume, state: PersonState): Decision {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  if (here.value.stage !== 'suspended') return ok([]);
  return (
    mustNotBeOneself(command, 'nobody lifts their own suspension') ??
    ok([event('PersonResumed', defined({ reason: command.reason }))])
  );
}

export function leave(command: Leave, state: PersonState): Decision {
  if (state.stage === 'left') return ok([]);
  const here = mustBeHere(state);
  if (!here.ok) return here;
  return (
    mustNotBeOneself(command, 'nobody takes themselves out') ??
    mustNotBeTheLast(command, here.value) ??
    ok([event('PersonLeft', defined({ reason: command.reason, keys: command.keys }))])
  );
}
