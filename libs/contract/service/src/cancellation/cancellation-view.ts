import { jstDayOf, type JstDay } from '@smartkey/calendar';
import type { ContractEvent, Notice } from '@smartkey/contract-domain';
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

type ToldEvent = Pick<ContractEvent, 'type' | 'data'>;
type NotifiedEvent = Pick<Extract<ContractEvent, { type: 'CancellationNotified' }>, 'type' | 'data'>;

/** What a notice would bring about if it were given now; it is not. */
export interface ForeseenCancellation {
  readonly dryRun: true;
  /** 到達. */
  readonly arrivedAt: Instant;
  readonly arrivedOn: JstDay;
  readonly requestedDay: JstDay | null;
  /** The last day of service (第6条). */
  readonly effectiveDay: JstDay;
}

/** @param events what the notice would make, at that moment. */
export function foreseenCancellation(events: readonly ToldEvent[], now: Instant): ForeseenCancellation {
  const notified = events.find((event): event is NotifiedEvent => event.type === 'CancellationNotified');
  if (notified === undefined) throw new Error('a notice of cancellation would make no CancellationNotified');
  const { arrivedAt = now, requestedDay, effectiveDay } = notified.data;
  return {
    dryRun: true,
    arrivedAt,
    arrivedOn: jstDayOf(arrivedAt),
    requestedDay: requestedDay ?? null,
    effectiveDay,
  };
}

export const cancellationView = ({ requestedDay, arrivedAt, ...notice }: Notice): CancellationView => ({
  ...notice,
  arrivedAt,
  arrivedOn: jstDayOf(arrivedAt),
  requestedDay: requestedDay ?? null,
});
