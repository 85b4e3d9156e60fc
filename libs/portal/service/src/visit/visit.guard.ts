import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import {
  IntroductionNeeded,
  OpeningNeeded,
  PageError,
  SignInNeeded,
  StepUpNeeded,
} from '../pages/page-error.ts';
import { ACCESS, type Access, keepVisit, WEIGHTY } from './access.decorator.ts';
import { isCsrfToken, isFromOurPages } from './csrf.ts';
import { liesBehindReason } from './behind-reason.ts';
import { isOffice } from './me.ts';
import { orNothing } from '../api/portal-api.ts';
import type { Visit } from './visit.ts';
import { Visits } from './visits.ts';

/** The name of the field that carries a session's token. */
const TOKEN_FIELD = '_csrf';

/** What is done in somebody's name carries the token of their session. @throws PageError 403 where it does not. */
export function wantToken({ session, form }: Visit): void {
  if (session === undefined || !isCsrfToken(session, form.get(TOKEN_FIELD)))
    throw new PageError(403, 'stale-form');
}

/**
 * Asked before a form is shown, so that nothing is lost of what is typed into it.
 * @throws OpeningNeeded in a sign-in that has not said why it opens the contract's IDs and sign-ins.
 */
async function mustHaveSaidWhy({ api }: Visit, contract: string): Promise<void> {
  const own = await orNothing(
    api.GET('/v1/contracts/{id}/openings/own', { params: { path: { id: contract } } }),
  );
  if (own?.said === false) throw new OpeningNeeded(contract);
}

/** Opens the visit before any screen: who it is, whether the screen is theirs, and whether a write comes from one of our pages. */
@Injectable()
export class VisitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly visits: Visits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const access = this.reflector.getAllAndOverride<Access | 'unvisited' | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    // A route that does not say whom it is for is for nobody.
    if (access === undefined) throw new PageError(403, 'forbidden');
    if (access === 'unvisited') return true;
    const visit = await this.visits.open(request);
    keepVisit(request, visit);
    if (request.method === 'POST') {
      if (!isFromOurPages(request.headers, this.visits.publicUrl)) throw new PageError(403, 'foreign-form');
      if (visit.session !== undefined && access !== 'open') wantToken(visit);
    }
    if (access === 'open') return true;
    if (visit.newcomer && access !== 'newcomer') throw new IntroductionNeeded();
    if (access === 'newcomer') {
      if (!visit.newcomer) throw new PageError(404, 'not-found');
      return true;
    }
    if (visit.me === undefined) throw new SignInNeeded();
    const { contract } = request.params as { readonly contract?: string };
    if (!access(visit.me, contract)) throw new PageError(403, 'forbidden');
    const weighty = this.reflector.get<boolean | undefined>(WEIGHTY, context.getHandler());
    if (weighty === true && !visit.me.verified) throw new StepUpNeeded();
    if (contract !== undefined && isOffice(visit.me) && liesBehindReason(visit.path))
      await mustHaveSaidWhy(visit, contract);
    return true;
  }
}
