import type { JstDay } from '@smartkey/calendar';
import type { Condition, ConditionNumber } from '@smartkey/contract-domain';

/** A condition of use as it is shown (第5条). */
export interface ConditionView {
  /** 1 to 5 (第5条1項). */
  readonly condition: number;
  readonly met: boolean;
  readonly on?: JstDay;
  readonly attestedBy?: string;
  /** Version of the software licence (第5条2項). */
  readonly licenceVersion?: string;
}

export function conditionView(
  condition: ConditionNumber,
  { attestedBy, ...attestation }: Condition,
  persons: boolean,
): ConditionView {
  return { condition, ...attestation, ...(persons && attestedBy !== undefined && { attestedBy }) };
}
