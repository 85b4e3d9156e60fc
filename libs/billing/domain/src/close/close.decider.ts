import type { Decider } from '@smartkey/kernel';
import { finishClose, requestClose, type MonthCloseCommand } from './close.decide.ts';
import type { MonthCloseEvent } from './close.events.ts';
import { evolveClose, notAsked, type MonthClose } from './close.state.ts';

/** The runs that close one month. */
export const monthClose: Decider<MonthClose, MonthCloseCommand, MonthCloseEvent> = {
  initial: notAsked,
  evolve: evolveClose,
  decide: (command, state) =>
    command.kind === 'request' ? requestClose(command, state) : finishClose(command, state),
};
