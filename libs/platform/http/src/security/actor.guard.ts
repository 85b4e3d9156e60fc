import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { holdsRight, type Right } from '@smartkey/kernel';
import {
  forbiddenProblem,
  notFoundProblem,
  personNeeded,
  rightMissing,
  stepUpRequired,
} from '../problem/problems.ts';
import {
  ABOUT_ONESELF,
  ALLOWED_ROLES,
  CONTRACT_PARAMETER,
  INTERNAL_ONLY,
  NAMED_RIGHT,
  OPEN_TO_ALL,
  PERSONS_ONLY,
  STEP_UP,
  type AskedOfPeople,
  type PublicRole,
} from './allow.decorator.ts';
import { actorOf } from './actor-of.ts';
import type { Caller } from './internal-headers.ts';
import { contextOf } from './request-context.ts';

interface RouteRule extends AskedOfPeople {
  /** No actor is asked for. */
  readonly open: boolean;
  readonly roles: ReadonlySet<string>;
  readonly contractParameter: string | undefined;
}

/** The role in which somebody may act on a route: their own, or the first of several. */
const roleFor = ({ role, roles }: Caller, rule: RouteRule): Caller['role'] | undefined =>
  (roles ?? [role]).find((each) => rule.roles.has(each));

/** What a person must have besides the role. @throws ProblemException 403. */
function checkPerson({ person, rights, verified }: Caller, rule: RouteRule): void {
  if (person === undefined) {
    if (rule.personsOnly === true) throw personNeeded();
    return;
  }
  if (rights !== undefined && rule.own !== true) {
    if (rule.right === undefined) throw forbiddenProblem();
    if (!holdsRight(rights, rule.right)) throw rightMissing(rule.right);
  }
  if (rule.stepUp === true && verified !== true) throw stepUpRequired();
}

/** Roles, rights and tenancy of every route, deny by default: no `@Allow`, no entry. */
@Injectable()
export class ActorGuard implements CanActivate {
  private readonly rules = new Map<unknown, RouteRule>();

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const rule = this.ruleOf(context);
    if (rule.open) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = actorOf(request);
    const role = roleFor(caller, rule);
    if (role === undefined) throw forbiddenProblem();
    const bound = role === 'contractor' || role === 'service-provider';
    if (bound && caller.contract === undefined) throw forbiddenProblem();
    if (bound && rule.contractParameter !== undefined) {
      const contract = (request.params as Record<string, string>)[rule.contractParameter];
      if (contract !== caller.contract) throw notFoundProblem();
    }
    checkPerson(caller, rule);
    // The actor keeps the role that it acts in. Its other roles and rights go no further, so that no event records them.
    const { roles: _roles, rights: _rights, verified: _verified, ...actor } = caller;
    contextOf(request).actor = { ...actor, role };
    return true;
  }

  private ruleOf(context: ExecutionContext): RouteRule {
    const handler = context.getHandler();
    let rule = this.rules.get(handler);
    if (rule === undefined) {
      const targets = [handler, context.getClass()];
      const read = <T>(key: symbol): T | undefined => this.reflector.getAllAndOverride<T>(key, targets);
      rule = {
        open: read<boolean>(INTERNAL_ONLY) === true || read<boolean>(OPEN_TO_ALL) === true,
        roles: new Set(read<readonly PublicRole[]>(ALLOWED_ROLES) ?? []),
        contractParameter: read<string>(CONTRACT_PARAMETER),
        right: read<Right>(NAMED_RIGHT),
        own: read<boolean>(ABOUT_ONESELF),
        personsOnly: read<boolean>(PERSONS_ONLY),
        stepUp: read<boolean>(STEP_UP),
      };
      this.rules.set(handler, rule);
    }
    return rule;
  }
}
