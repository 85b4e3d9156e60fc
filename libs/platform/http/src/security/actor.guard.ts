import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { forbiddenProblem, notFoundProblem } from '../problem/problems.ts';
import { ALLOWED_ROLES, CONTRACT_PARAMETER, INTERNAL_ONLY, type PublicRole } from './allow.decorator.ts';
import { actorOf } from './actor-of.ts';

interface RouteRule {
  readonly internal: boolean;
  readonly roles: ReadonlySet<string>;
  readonly contractParameter: string | undefined;
}

/** Roles and tenancy of every route, deny by default: no `@Allow`, no entry. */
@Injectable()
export class ActorGuard implements CanActivate {
  private readonly rules = new Map<unknown, RouteRule>();

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const rule = this.ruleOf(context);
    if (rule.internal) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const actor = actorOf(request);
    if (!rule.roles.has(actor.role)) throw forbiddenProblem();
    const bound = actor.role === 'contractor' || actor.role === 'service-provider';
    if (bound && actor.contract === undefined) throw forbiddenProblem();
    if (bound && rule.contractParameter !== undefined) {
      const contract = (request.params as Record<string, string>)[rule.contractParameter];
      if (contract !== actor.contract) throw notFoundProblem();
    }
    return true;
  }

  private ruleOf(context: ExecutionContext): RouteRule {
    const handler = context.getHandler();
    let rule = this.rules.get(handler);
    if (rule === undefined) {
      const targets = [handler, context.getClass()];
      const read = <T>(key: symbol): T | undefined => this.reflector.getAllAndOverride<T>(key, targets);
      rule = {
        internal: read<boolean>(INTERNAL_ONLY) === true,
        roles: new Set(read<readonly PublicRole[]>(ALLOWED_ROLES) ?? []),
        contractParameter: read<string>(CONTRACT_PARAMETER),
      };
      this.rules.set(handler, rule);
    }
    return rule;
  }
}
