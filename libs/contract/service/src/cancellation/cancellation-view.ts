import { jstDayOf, type JstDay } from '@smartkey/calendar';
import type { Notice } from '@smartkey/contract-domain';
import type { Instant } from '@smartkey/kernel';

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
