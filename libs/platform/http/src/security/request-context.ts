import type { Actor } from '@smartkey/kernel';
import type { FastifyRequest } from 'fastify';

/** What the hooks learn of a request before its route runs. */
export interface RequestContext {
  actor?: Actor;
}

const contexts = new WeakMap<object, RequestContext>();

/** Kept beside the request, not on it: no name can clash with a framework's. */
export function contextOf(request: FastifyRequest): RequestContext {
  let context = contexts.get(request.raw);
  if (context === undefined) contexts.set(request.raw, (context = {}));
  return context;
}
