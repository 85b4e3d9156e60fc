import type { DaySpan } from '@smartkey/calendar';
import { defined } from '@smartkey/kernel';
import { standingSpells, type AccountState } from '../account.state.ts';

/** The days of all spells, as `distinctDays` counts them (別紙1 備考1: the union of days). */
export const spansOf = (state: AccountState): readonly DaySpan[] =>
  standingSpells(state).map(({ registeredOn: from, lastDay: to }) => defined({ from, to }));
