import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Route, type RouteOptions } from '../openapi/route.decorator.ts';
import { ProblemException } from '../problem/problem.ts';
import { ActorGuard } from './actor.guard.ts';
import { actorOf } from './actor-of.ts';
import { actorHeader, INTERNAL, type Caller } from './internal-headers.ts';

const guard = new ActorGuard(new Reflector());

/** The actor that a route gets, or the code of the refusal. */
function passing(options: Partial<RouteOptions>, caller: Caller, contract = 'ctr_1') {
  class Routes {
    route(): void {}
  }
  const descriptor = Object.getOwnPropertyDescriptor(Routes.prototype, 'route')!;
  Route('GET', { summary: 'x', roles: [], ...options })(Routes.prototype, 'route', descriptor);
  const request = { raw: {}, headers: { [INTERNAL.actor]: actorHeader(caller) }, params: { id: contract } };
  try {
    guard.canActivate({
      getHandler: () => descriptor.value as () => void,
      getClass: () => Routes,
      switchToHttp: () => ({ getRequest: () => request }),
    } as unknown as ExecutionContext);
    return actorOf(request as never);
  } catch (error) {
    if (error instanceof ProblemException) return error.code;
    throw error;
  }
}

const person = { id: 'per_1', revision: 3 } as const;
const officer = (...roles: ('operator' | 'finance' | 'auditor')[]): Caller => ({
  role: roles[0]!,
  roles,
  key: 'ses_1',
  person,
  verified: false,
});
const member = (...rights: NonNullable<Caller['rights']>): Caller => ({
  role: 'contractor',
  contract: 'ctr_1',
  rights,
  key: 'ses_2',
  person,
  verified: false,
});

describe('who passes the guard', () => {
  it('roles of a person add up: each act is done in the first that the route is for', () => {
    const both = officer('operator', 'auditor');
    expect(passing({ roles: ['auditor'] }, both)).toEqual({ role: 'auditor', key: 'ses_1', person });
    expect(passing({ roles: ['auditor', 'operator'] }, both)).toMatchObject({ role: 'operator' });
    expect(passing({ roles: ['finance'] }, both)).toBe('forbidden');
  });

  it('a person of a contract needs the right that the route names, and no other', () => {
    const route = { roles: ['operator', 'contractor'], right: 'ids' } as const;
    expect(passing(route, member('ids'))).toEqual({
      role: 'contractor',
      contract: 'ctr_1',
      key: 'ses_2',
      person,
    });
    expect(passing(route, member('read', 'billing', 'administer'))).toBe('right-missing');
    expect(passing(route, { role: 'contractor', contract: 'ctr_1', key: 'key_1' })).toMatchObject({
      key: 'key_1',
    });
  });

  it('whoever has any right reads: nobody is let in who could open nothing', () => {
    const route = { roles: ['contractor'], right: 'read' } as const;
    for (const right of ['administer', 'ids', 'billing', 'read'] as const)
      expect(passing(route, member(right))).toMatchObject({ person });
    expect(passing(route, member())).toBe('right-missing');
  });

  it('a route that names no right is for no person of a contract, unless it is about oneself', () => {
    const all = member('administer', 'ids', 'billing', 'read');
    expect(passing({ roles: ['contractor'] }, all)).toBe('forbidden');
    expect(passing({ roles: ['contractor'], own: true }, member('read'))).toMatchObject({ person });
  });

  it('another contract is not there, whatever the rights', () => {
    const route = { roles: ['contractor'], right: 'read', contract: 'id' } as const;
    expect(passing(route, member('read'), 'ctr_2')).toBe('not-found');
    expect(passing(route, member('billing'), 'ctr_2')).toBe('not-found');
  });

  it('keys do not pass where only people may, and newcomers nowhere but where they are named', () => {
    expect(passing({ roles: ['operator'], personsOnly: true }, { role: 'operator', key: 'bootstrap' })).toBe(
      'person-needed',
    );
    expect(passing({ roles: ['operator'] }, { role: 'newcomer', key: 'ses_3' })).toBe('forbidden');
    expect(passing({ roles: ['newcomer'] }, { role: 'newcomer', key: 'ses_3' })).toMatchObject({
      key: 'ses_3',
    });
  });

  it('acts of weight ask people for a sign-in of late, and keys for nothing', () => {
    const route = { roles: ['operator'], stepUp: true } as const;
    expect(passing(route, officer('operator'))).toBe('step-up-required');
    expect(passing(route, { ...officer('operator'), verified: true })).toEqual({
      role: 'operator',
      key: 'ses_1',
      person,
    });
    expect(passing(route, { role: 'operator', key: 'key_1' })).toMatchObject({ key: 'key_1' });
  });
});
