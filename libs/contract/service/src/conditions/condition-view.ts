import type { JstDay } from '@smartkey/calendar';
import type { Condition, ConditionNumber } from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';

const { jstDay, object, text, trueOrFalse, wholeNumber } = schema;

/** A condition of use as it is shown (第5条). */
export interface ConditionView {
  readonly condition: ConditionNumber;
  readonly met: boolean;
  readonly on?: JstDay;
  readonly attestedBy?: string;
  readonly licenceVersion?: string;
}

export function conditionView(
  condition: ConditionNumber,
  { attestedBy, ...attestation }: Condition,
  persons: boolean,
): ConditionView {
  return { condition, ...attestation, ...(persons && attestedBy !== undefined && { attestedBy }) };
}

export const conditionSchema = object({
  condition: wholeNumber('1 to 5 (第5条1項).'),
  met: trueOrFalse(),
  'on?': jstDay(),
  'attestedBy?': text(),
  'licenceVersion?': text('Version of the software licence (第5条2項).'),
});
