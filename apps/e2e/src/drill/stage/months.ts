/** The months that the stories of one system play in, one behind the other: `2018-01`, and then every second one, for a story ends within the next. */
export class Months {
  #next = 0;

  take(): string {
    const month = this.#next;
    this.#next += 2;
    return monthOf(month);
  }
}

/** @param n months after January of 2018. */
const monthOf = (n: number): string =>
  `${2018 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;

/** The one before, or the one after a month. */
export function monthBeside(month: string, by: 1 | -1): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return monthOf((year - 2018) * 12 + number - 1 + by);
}
