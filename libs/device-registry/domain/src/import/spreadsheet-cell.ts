import { isFormula } from '@smartkey/kernel';

const APOSTROPHES = /^'+/;

/** Whether it would be run as a formula but for apostrophes before it. */
const isHeldBack = (cell: string): boolean =>
  APOSTROPHES.test(cell) && isFormula(cell.replace(APOSTROPHES, ''));

/**
 * A cell of a file without the apostrophe that holds a spreadsheet back from running it as a formula: our own files have one before
 * such cells.
 */
export const withoutApostrophe = (cell: string): string => (isHeldBack(cell) ? cell.slice(1) : cell);

/** What is to be written so that `withoutApostrophe` of what then stands in the file is this text again. */
export const keptThroughFile = (text: string): string => (isHeldBack(text) ? `'${text}` : text);
