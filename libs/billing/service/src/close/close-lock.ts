/** Who holds it, on whatever instance, is the only one that issues documents, and the only one that changes what they go by. */
export const CLOSE_LOCK = 'billing:close';
