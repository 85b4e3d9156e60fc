import type { Plan } from '@smartkey/terms';
import type { DomainEvent } from '@smartkey/kernel';

/** The party to a contract, whom tax documents are made out to; kept by law, so not among the data that can be erased. */
export interface Party {
  readonly name: string;
  readonly department?: string;
  readonly address?: string;
}

export type ContractApplied = DomainEvent<
  'ContractApplied',
  {
    readonly plan: Plan;
    readonly recipient: Party;
    readonly iijIdContract: string;
    /** Personal data: sealed in the log, not published. */
    readonly email?: string;
  }
>;

export type ApplicationRejected = DomainEvent<'ApplicationRejected', { readonly reason: string }>;
export type ApplicationWithdrawn = DomainEvent<'ApplicationWithdrawn', { readonly reason: string }>;

export type ApplicantChanged = DomainEvent<
  'ApplicantChanged',
  {
    readonly recipient: Party;
    /** Personal data: sealed in the log, not published. Missing: none any more. */
    readonly email?: string;
  }
>;

export type ApplicationEvent =
  ContractApplied | ApplicationRejected | ApplicationWithdrawn | ApplicantChanged;
