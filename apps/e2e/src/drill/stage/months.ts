/** So many months are there before the one that a story plays in, to be billed while it is told. */
export const BILLED_BEFORE = 5;

/** The months that the stories of one system play in, one behind the other: `2018-06`, and then every seventh one, for a story ends within the next. */
export class Months {
  #next = BILLED_BEFORE;

  take(): string {
    const month = this.#next;
    this.#next += BILLED_BEFORE + 2;
    return monthOf(month);
  }
}

/** @param n months after January of 2018. */
const monthOf = (n: number): string =>
  `${2018 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;

/** So many months after a month, or before it. */
export function monthBeside(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return monthOf((year - 2018) * 12 + number - 1 + by);
}
