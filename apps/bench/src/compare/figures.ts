import { spreadOf } from '../runs.ts';

export interface NamedRate {
  readonly name: string;
  readonly unit: string;
  /** Units a second. */
  readonly rate: number;
}

/** A line of the report: name, rate, perhaps its spread, unit. Also of commits that know no `--json`. */
const LINE = /^(?<name>\S.*?)\s{2,}(?<rate>[\d,]+(?:\.\d+)?)(?: \([^)]*\))? (?<unit>[^/\s]+)\/s\s/;

/** The rates that a bench has told. */
export const figuresOf = (report: string): readonly NamedRate[] =>
  report.split('\n').flatMap((line) => {
    // A long name leaves one space between itself and its rate's padding.
    const { name, rate, unit } = LINE.exec(line)?.groups ?? {};
    return name === undefined || rate === undefined || unit === undefined
      ? []
      : [{ name, unit, rate: Number(rate.replaceAll(',', '')) }];
  });

interface Compared {
  readonly name: string;
  readonly unit: string;
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly verdict: 'better' | 'worse' | 'noise';
}

const WORDS = { better: 'BETTER', worse: 'WORSE', noise: 'no more than noise' } as const;

export function comparedLine({ name, unit, a, b, verdict }: Compared): string {
  const [before, after] = [spreadOf(a), spreadOf(b)];
  const shown = ({ median, least, most }: typeof before) =>
    `${round(median)} (${round(least)} – ${round(most)})`;
  return `${name.padEnd(60)} ${shown(before)} → ${shown(after)} ${unit}/s   ${(after.median / before.median).toFixed(2)}×   ${WORDS[verdict]}`;
}

const round = (value: number): string => Math.round(value).toLocaleString('en');
