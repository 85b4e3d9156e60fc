import type { Actor } from '@smartkey/kernel';

export type { Moment } from '@smartkey/kernel';

export const isContractor = (actor: Actor): boolean => actor.role === 'contractor';
