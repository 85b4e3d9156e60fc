/** `2018-02-01T00:00:00.000Z` as Japanese clocks show it: `2018-02-01 09:00:00.000`. */
export const jstDateTime = (instant: string): string =>
  new Date(Date.parse(instant) + 9 * 3_600_000).toISOString().replace('T', ' ').slice(0, -1);
