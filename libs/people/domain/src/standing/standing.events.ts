import type { DomainEvent, Right, ContractId } from '@smartkey/kernel';
import type { OfficeRole } from './standing.ts';

export type RolesChanged = DomainEvent<'RolesChanged', { readonly roles: readonly OfficeRole[] }>;

export type RightsChanged = DomainEvent<
  'RightsChanged',
  { readonly contract: ContractId; readonly rights: readonly Right[] }
>;

export type StandingEvent = RolesChanged | RightsChanged;
