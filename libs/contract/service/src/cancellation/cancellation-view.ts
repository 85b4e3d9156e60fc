import { jstDayOf, type JstDay } from '@smartkey/calendar';
import type { Notice } from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { affectsInAnswer } from '../late-facts/affected-months.ts';

const { idOf, instant, jstDay, nullable, object, oneOf, text } = schema;

/** A notice of cancellation as it is shown (第6条). */
export interface CancellationView {
  readonly id: string;
  readonly status: Notice['status'];
  readonly form: string;
  readonly arrivedAt: Instant;
  readonly arrivedOn: JstDay;
  readonly requestedDay: JstDay | null;
  /** The last day of service. */
  readonly effectiveDay: JstDay;
  readonly replaces?: string;
}

export const cancellationView = ({ requestedDay, arrivedAt, ...notice }: Notice): CancellationView => ({
  ...notice,
  arrivedAt,
  arrivedOn: jstDayOf(arrivedAt),
  requestedDay: requestedDay ?? null,
});

export const cancellationSchema = object({
  id: idOf('can'),
  status: oneOf(['standing', 'replaced', 'voided']),
  form: text('How the notice came: `portal`, `paper`.'),
  arrivedAt: instant('到達.'),
  arrivedOn: jstDay('The JST day of arrival; not counted among the 30 days.'),
  requestedDay: nullable(jstDay()),
  effectiveDay: jstDay('The last day of service (第6条).'),
  'replaces?': idOf('can'),
  'affects?': affectsInAnswer,
});
