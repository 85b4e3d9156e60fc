import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent } from '@smartkey/kernel';
import type { ConditionNumber } from './condition-number.ts';

export type ConditionAttested = DomainEvent<
  'ConditionAttested',
  {
    readonly condition: ConditionNumber;
    readonly on: JstDay;
    /** A person: sealed in the log, not published. */
    readonly attestedBy: string;
    /** The version of the software licence that was accepted; condition 3 only. */
    readonly licenceVersion?: string;
  }
>;

export type ConditionWithdrawn = DomainEvent<
  'ConditionWithdrawn',
  { readonly condition: ConditionNumber; readonly on: JstDay; readonly attestedBy: string }
>;

export type ConditionEvent = ConditionAttested | ConditionWithdrawn;
