import type { JstDay } from '@smartkey/calendar';
import type { Fact, Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type { NoticeForm } from '../policies/contract-policies.ts';

export interface Notice {
  readonly id: string;
  readonly arrivedAt: Instant;
  readonly form: NoticeForm;
  readonly requestedDay?: JstDay;
  readonly effectiveDay: JstDay;
  readonly replaces?: string;
  readonly status: 'standing' | 'replaced' | 'voided';
}

export interface CancellationState {
  /** In the order in which they were recorded; at most one stands. */
  readonly notices: readonly Notice[];
  /** The last day for which the end of the contract is on record. */
  readonly terminatedOn?: JstDay;
}

export const noCancellation: CancellationState = { notices: [] };

export const standingNotice = (state: CancellationState): Notice | undefined =>
  state.notices.findLast((notice) => notice.status === 'standing');

/** The last day of service, where an end is notified (第6条). */
export const lastDayOfContract = (state: CancellationState): JstDay | undefined =>
  standingNotice(state)?.effectiveDay ?? state.terminatedOn;

export function evolveCancellation(state: CancellationState, event: Fact<ContractEvent>): CancellationState {
  switch (event.type) {
    case 'CancellationNotified': {
      const { cancellation: id, arrivedAt, form, requestedDay, effectiveDay, replaces } = event.data;
      const notice: Notice = {
        id,
        arrivedAt,
        form,
        ...(requestedDay === undefined ? {} : { requestedDay }),
        effectiveDay,
        ...(replaces === undefined ? {} : { replaces }),
        status: 'standing',
      };
      const former = state.notices.map((known): Notice =>
        known.id === replaces ? { ...known, status: 'replaced' } : known,
      );
      return { ...state, notices: [...former, notice] };
    }
    case 'CancellationCorrected': {
      const { cancellation, arrivedAt, requestedDay, effectiveDay } = event.data;
      const notices = state.notices.map((known): Notice => {
        if (known.id !== cancellation) return known;
        const { requestedDay: _former, ...kept } = known;
        return { ...kept, arrivedAt, effectiveDay, ...(requestedDay === undefined ? {} : { requestedDay }) };
      });
      return { ...state, notices };
    }
    case 'CancellationVoided': {
      const notices = state.notices.map((known): Notice =>
        known.id === event.data.cancellation ? { ...known, status: 'voided' } : known,
      );
      return { ...state, notices };
    }
    case 'ContractTerminated':
      return { ...state, terminatedOn: event.data.lastDay };
    default:
      return state;
  }
}
