/** Whether an `Accept` asks for CSV rather than JSON. */
export const wantsCsv = (accept: string | undefined): boolean => /(^|[,\s])text\/csv\b/i.test(accept ?? '');
