import { jstDayOf, type JstDay } from '@smartkey/calendar';
import type { Notice } from '@smartkey/contract-domain';
import type { Instant, CancellationId } from '@smartkey/kernel';
import type { Affecting } from '../late-facts/affected-months.ts';

/** A notice of cancellation as it is shown (第6条). */
export interface CancellationView extends Affecting {
  readonly id: CancellationId;
  readonly status: Notice['status'];
  /** How the notice came: `portal`, `paper`. */
  readonly form: string;
  /** 到達. */
  readonly arrivedAt: Instant;
  /** The JST day of arrival; not counted among the 30 days. */
  readonly arrivedOn: JstDay;
  readonly requestedDay: JstDay | null;
  /** The last day of service (第6条). */
  readonly effectiveDay: JstDay;
  readonly replaces?: CancellationId;
}

export const cancellationView = ({ requestedDay, arrivedAt, ...notice }: Notice): CancellationView => ({
  ...notice,
  arrivedAt,
  arrivedOn: jstDayOf(arrivedAt),
  requestedDay: requestedDay ?? null,
});
