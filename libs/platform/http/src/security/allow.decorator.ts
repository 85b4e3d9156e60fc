import { applyDecorators, Controller, SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Role } from '@smartkey/kernel';

export type PublicRole = Exclude<Role, 'system'>;

export const ALLOWED_ROLES = Symbol('allowed roles');
export const CONTRACT_PARAMETER = Symbol('path parameter that names a contract');
export const INTERNAL_ONLY = Symbol('internal callers only');

/** The roles that may call; without it a route of the public surface refuses everybody (403). */
export const Allow = (...roles: readonly PublicRole[]): CustomDecorator<symbol> =>
  SetMetadata(ALLOWED_ROLES, roles);

/**
 * Names the path parameter that holds a contract id. A key bound to another contract gets the same 404 as for one that
 * does not exist.
 */
export const OfContract = (parameter = 'id'): CustomDecorator<symbol> =>
  SetMetadata(CONTRACT_PARAMETER, parameter);

/** On a controller or method under `/internal`: the internal token is enough, no actor is asked for. */
const Internal = (): CustomDecorator<symbol> => SetMetadata(INTERNAL_ONLY, true);

/** A controller under `/internal/<path>`, for services only. */
export const InternalController = (path = ''): ClassDecorator =>
  applyDecorators(Controller(path === '' ? 'internal' : `internal/${path}`), Internal());
