import type { JstDay } from '@smartkey/calendar';
import { defined, type Fact, type Instant, type CancellationId } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type { DatedEvent } from '../due/dated.events.ts';
import type { NoticeForm } from '../policies/contract-policies.ts';

export interface Notice {
  readonly id: CancellationId;
  readonly arrivedAt: Instant;
  readonly form: NoticeForm;
  readonly requestedDay?: JstDay;
  readonly effectiveDay: JstDay;
  readonly replaces?: CancellationId;
  readonly status: 'standing' | 'replaced' | 'voided';
}

export interface Cancellation {
  /** In the order in which they were recorded; at most one stands. */
  readonly notices: readonly Notice[];
  /** The last day for which the end of the contract is on record. */
  readonly terminatedOn?: JstDay;
}

export const noCancellation: Cancellation = { notices: [] };

export const standingNotice = (state: Cancellation): Notice | undefined =>
  state.notices.findLast((notice) => notice.status === 'standing');

/** The last day of service, where an end is notified (第6条). */
export const lastDayOfContract = (state: Cancellation): JstDay | undefined =>
  standingNotice(state)?.effectiveDay ?? state.terminatedOn;

/** The notice of that id, whatever became of it. */
export const noticeWith = (state: Cancellation, id: CancellationId): Notice | undefined =>
  state.notices.find((notice) => notice.id === id);

const withNotice = (
  state: Cancellation,
  id: CancellationId,
  change: (known: Notice) => Notice,
): Cancellation => ({
  ...state,
  notices: state.notices.map((known) => (known.id === id ? change(known) : known)),
});

export function evolveCancellation(
  state: Cancellation,
  event: Fact<ContractEvent | DatedEvent>,
): Cancellation {
  switch (event.type) {
    case 'CancellationNotified': {
      const { cancellation: id, arrivedAt, form, requestedDay, effectiveDay, replaces } = event.data;
      const notice = defined({ id, arrivedAt, form, requestedDay, effectiveDay, replaces });
      const former =
        replaces === undefined
          ? state
          : withNotice(state, replaces, (known) => ({ ...known, status: 'replaced' }));
      return { ...former, notices: [...former.notices, { ...notice, status: 'standing' }] };
    }
    case 'CancellationCorrected': {
      const { cancellation, arrivedAt, requestedDay, effectiveDay } = event.data;
      return withNotice(state, cancellation, (known) =>
        defined({ ...known, arrivedAt, requestedDay, effectiveDay }),
      );
    }
    case 'CancellationVoided':
      return withNotice(state, event.data.cancellation, (known) => ({ ...known, status: 'voided' }));
    case 'ContractTerminated':
      return { ...state, terminatedOn: event.data.lastDay };
    default:
      return state;
  }
}
