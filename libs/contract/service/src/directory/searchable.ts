/** Text as names are compared in a search: width, case and composition do not matter. */
export const searchable = (text: string): string => text.normalize('NFKC').toLowerCase();

/** A pattern for LIKE that finds the text anywhere. */
export const containing = (text: string): string => `%${searchable(text).replace(/[\\%_]/g, '\\$&')}%`;
