import { addDays, earlierDay, laterDay, type ClosedSpan, type JstDay } from '@smartkey/calendar';
import type { AccountEvent } from '../account.events.ts';

const spanOf = (from: JstDay, to: JstDay): readonly ClosedSpan[] => (from > to ? [] : [{ from, to }]);

/**
 * The days up to today that a command's events lie in (Invoices: late facts): those on which an ID counts otherwise since than before
 * (別紙1 備考(1)), spell by spell, and the day of an end itself. What other spells make of the same days is left aside.
 */
export function touchedDays(events: readonly AccountEvent[], today: JstDay): readonly ClosedSpan[] {
  const begun = new Set<number>();
  for (const event of events) if (event.type === 'IdRegistered') begun.add(event.data.spell);
  return events.flatMap((event): readonly ClosedSpan[] => {
    switch (event.type) {
      case 'IdRegistered': {
        const { spell, registeredOn } = event.data;
        const end = events.find((other) => other.type === 'IdDeregistered' && other.data.spell === spell);
        return spanOf(registeredOn, end?.type === 'IdDeregistered' ? end.data.lastDay : today);
      }
      case 'IdDeregistered': {
        const { spell, lastDay } = event.data;
        return begun.has(spell) ? [] : spanOf(lastDay, today);
      }
      case 'RegistrationVoided': {
        const { registeredOn, lastDay = today } = event.data;
        return spanOf(registeredOn, lastDay);
      }
      case 'RegistrationCorrected': {
        const { registeredOn, formerRegisteredOn, lastDay, formerLastDay } = event.data;
        const earlier = spanOf(registeredOn, addDays(formerRegisteredOn, -1));
        if (lastDay === undefined || formerLastDay === undefined || lastDay === formerLastDay) return earlier;
        const [first, last] = [earlierDay(lastDay, formerLastDay), laterDay(lastDay, formerLastDay)];
        return [...earlier, ...spanOf(first, last)];
      }
      default:
        return [];
    }
  });
}
