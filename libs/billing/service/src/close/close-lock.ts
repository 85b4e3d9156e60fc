/**
 * Who holds it, on whatever instance, is the only one that issues invoices and corrections, and the only one that changes what documents go by.
 * A credit note waits for nobody: it goes by what its invoice names, and takes the next number.
 */
export const CLOSE_LOCK = 'billing:close';
