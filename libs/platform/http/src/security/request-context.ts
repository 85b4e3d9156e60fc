import type { FastifyRequest } from 'fastify';
import type { Caller } from './internal-headers.ts';

/** What the hooks learn of a request before its route runs. */
export interface RequestContext {
  /** Who calls; once the guard has let the call through, who acts, in the role that the route is for. */
  actor?: Caller;
}

const contexts = new WeakMap<object, RequestContext>();

/** Kept beside the request, not on it: no name can clash with a framework's. */
export function contextOf(request: FastifyRequest): RequestContext {
  let context = contexts.get(request.raw);
  if (context === undefined) contexts.set(request.raw, (context = {}));
  return context;
}
