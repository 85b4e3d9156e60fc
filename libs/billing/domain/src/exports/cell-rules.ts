/** How much a product takes in a cell. Characters of full width are two half-width ones. */
export interface CellLimit {
  readonly unit: 'characters' | 'half-widths' | 'amount-digits';
  readonly max: number;
}

const UNITS = {
  characters: 'characters',
  'half-widths': 'half-width characters',
  'amount-digits': 'digits of an amount',
} as const;

/** Characters as products count them. */
const halfWidthsOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/[\u0020-\u007e\uff61-\uff9f]/u.test(character) ? 1 : 2), 0);

/** What a cell breaks of a limit. */
export function brokenBy(
  { unit, max }: CellLimit,
  cell: string,
): { readonly rule: string; readonly detail: string } | undefined {
  const length = unit === 'half-widths' ? halfWidthsOf(cell) : [...cell].length;
  if (length <= max) return undefined;
  const rule = unit === 'amount-digits' ? unit : 'max-length';
  return { rule, detail: `The product takes at most ${max} ${UNITS[unit]}; this has ${length}.` };
}
