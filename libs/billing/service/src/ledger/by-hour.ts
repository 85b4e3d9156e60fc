import type { Instant } from '@smartkey/kernel';

/**
 * What days and months in Japan decide of an instant, reckoned once for each run of an hour: both begin on a full hour of UTC. For
 * messages, which come by the million and in the order of time.
 */
export function byHour<Value>(reckon: (instant: Instant) => Value): (instant: Instant) => Value {
  let hour: string | undefined;
  let value: Value;
  return (instant) => {
    if (hour === undefined || !instant.startsWith(hour)) {
      value = reckon(instant);
      hour = instant.slice(0, 13);
    }
    return value;
  };
}
