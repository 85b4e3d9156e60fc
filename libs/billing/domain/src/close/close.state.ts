import { unreachable, type Fact, type RunId } from '@smartkey/kernel';
import type { MonthCloseEvent } from './close.events.ts';

export interface MonthClose {
  /** The run that is not finished; there is at most one a month. */
  readonly open?: RunId;
}

export const notAsked: MonthClose = {};

export function evolveClose(state: MonthClose, event: Fact<MonthCloseEvent>): MonthClose {
  switch (event.type) {
    case 'CloseRequested':
      return { open: event.data.run };
    case 'CloseFinished':
      return state.open === event.data.run ? notAsked : state;
    default:
      return unreachable(event, state);
  }
}
