import type { Plan } from '@smartkey/terms';
import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent, Instant, ApprovalId } from '@smartkey/kernel';
import type { Party } from '../application/application.events.ts';

export type ContractAccepted = DomainEvent<
  'ContractAccepted',
  {
    readonly plan: Plan;
    readonly acceptedAt: Instant;
    readonly acceptedOn: JstDay;
    readonly termsVersion: string;
    readonly recipient: Party;
  }
>;

/** The 課金開始日 was set or moved. */
export type BillingStartSet = DomainEvent<
  'BillingStartSet',
  {
    readonly date: JstDay;
    readonly reason?: string;
    /** How the contractor agreed to a moved date; may name people: sealed in the log, not published. */
    readonly agreement?: string;
    /** By which two persons lowered issued months with it (`apr_…`). */
    readonly approval?: ApprovalId;
  }
>;

/** The 課金開始日 has come; occurredAt 00:00 JST of it. Again for the new date where it was moved. */
export type ServiceStarted = DomainEvent<'ServiceStarted', { readonly date: JstDay }>;

export type AcceptanceEvent = ContractAccepted | BillingStartSet | ServiceStarted;
