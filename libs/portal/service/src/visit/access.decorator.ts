import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Me } from './me.ts';
import type { Visit } from './visit.ts';

export const ACCESS = 'smartkey:access';

/** Whom a screen is for; `'open'` for everybody, signed in or not; `'newcomer'` for who has yet to say who they are. What may be done there, the public surface decides. */
export type Access = 'open' | 'newcomer' | ((me: Me, contract: string | undefined) => boolean);

export const Access = (access: Access): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, access);

export const WEIGHTY = 'smartkey:weighty';

/** An act of weight: who acts shows anew who that is before its form is filled in, not after. */
export const Weighty = (): MethodDecorator => SetMetadata(WEIGHTY, true);

/** A route that is the same for everybody: nobody is asked for. */
export const Unvisited = (): ClassDecorator => SetMetadata(ACCESS, 'unvisited');

interface Carrying {
  visit?: Visit;
}

export const visitOf = (request: FastifyRequest): Visit | undefined => (request as Carrying).visit;

export function keepVisit(request: FastifyRequest, visit: Visit): void {
  (request as Carrying).visit = visit;
}

/** The visit that a request is. */
export const Visited = createParamDecorator((_data: unknown, context: ExecutionContext): Visit => {
  const visit = visitOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (visit === undefined) throw new Error('a route without the guard');
  return visit;
});
