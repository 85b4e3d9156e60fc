/** A series of documents: the prefix of its numbers, 1 to 6 capital letters and digits beginning with a letter. */
export type SeriesName = string;

export const isSeriesName = (text: string): boolean => /^[A-Z][A-Z0-9]{0,5}$/.test(text);

const DIGITS = 9;

/**
 * The number of the document at a revision of its series' stream: its count, revision + 1, so there are no gaps. At most 16
 * characters, which is what an SAP document reference holds.
 */
export function numberOf(series: SeriesName, revision: number): string {
  const count = String(revision + 1);
  if (count.length > DIGITS) throw new RangeError(`series ${series} is full`);
  return `${series}-${count.padStart(DIGITS, '0')}`;
}

/** The revision that a number names in its series; `undefined` for what is no number of the series. */
export function revisionOf(series: SeriesName, number: string): number | undefined {
  const count = number.startsWith(`${series}-`) ? number.slice(series.length + 1) : '';
  return /^\d{9}$/.test(count) && Number(count) > 0 ? Number(count) - 1 : undefined;
}

/**
 * The series that goes on behind one whose last numbers may have been given out and are not known any more: SK, SK2, SK3.
 * @returns undefined where the name would be too long: a person names another.
 */
export function seriesAfterLoss(series: SeriesName): SeriesName | undefined {
  const [, stem, count] = /^(.*?)([2-9]|[1-9]\d+)?$/.exec(series)!;
  const next = `${stem!}${count === undefined ? 2 : Number(count) + 1}`;
  return isSeriesName(next) ? next : undefined;
}
