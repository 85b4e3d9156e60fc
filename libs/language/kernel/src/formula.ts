/** A cell that a spreadsheet would run as a formula: text beginning with = + - @, also of full width, a tab or a carriage return. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/** Whether a spreadsheet would run a cell as a formula; a plain number, also a negative one, it does not. */
export const isFormula = (cell: string): boolean => FORMULA.test(cell) && !PLAIN_NUMBER.test(cell);
