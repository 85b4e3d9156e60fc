import { applyDecorators, Controller, SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Right, Role } from '@smartkey/kernel';

export type PublicRole = Exclude<Role, 'system'>;

export const ALLOWED_ROLES = Symbol('allowed roles');
export const CONTRACT_PARAMETER = Symbol('path parameter that names a contract');
export const INTERNAL_ONLY = Symbol('internal callers only');
export const OPEN_TO_ALL = Symbol('no credential is asked for');
export const NAMED_RIGHT = Symbol('right that a person of a contract needs');
export const ABOUT_ONESELF = Symbol('about whoever calls');
export const PERSONS_ONLY = Symbol('no key may call');
export const STEP_UP = Symbol('a session must have been verified of late');

/** The roles that may call; without it a route of the public surface refuses everybody (403). */
export const Allow = (...roles: readonly PublicRole[]): CustomDecorator<symbol> =>
  SetMetadata(ALLOWED_ROLES, roles);

/**
 * Names the path parameter that holds a contract id. A key bound to another contract gets the same 404 as for one that
 * does not exist.
 */
export const OfContract = (parameter = 'id'): CustomDecorator<symbol> =>
  SetMetadata(CONTRACT_PARAMETER, parameter);

/** What a route asks of people, besides their role. */
export interface AskedOfPeople {
  /** The one right that a person of a contract needs for it. Without it no such person may, unless it is `own`. */
  readonly right?: Right | undefined;
  /** It is about whoever calls: any person may, whatever the rights. */
  readonly own?: boolean | undefined;
  /** Only a person may, and no key. */
  readonly personsOnly?: boolean | undefined;
  /** A person must have shown who it is within the last five minutes: `POST /v1/step-up`. */
  readonly stepUp?: boolean | undefined;
}

export const AskOfPeople = ({ right, own, personsOnly, stepUp }: AskedOfPeople): MethodDecorator =>
  applyDecorators(
    SetMetadata(NAMED_RIGHT, right),
    SetMetadata(ABOUT_ONESELF, own === true),
    SetMetadata(PERSONS_ONLY, personsOnly === true),
    SetMetadata(STEP_UP, stepUp === true),
  );

/** Anybody may call, without a credential: what one signs in with. */
export const OpenToAll = (): CustomDecorator<symbol> => SetMetadata(OPEN_TO_ALL, true);

/** On a controller or method under `/internal`: the internal token is enough, no actor is asked for. */
const Internal = (): CustomDecorator<symbol> => SetMetadata(INTERNAL_ONLY, true);

/** A controller under `/internal/<path>`, for services only. */
export const InternalController = (path = ''): ClassDecorator =>
  applyDecorators(Controller(path === '' ? 'internal' : `internal/${path}`), Internal());
