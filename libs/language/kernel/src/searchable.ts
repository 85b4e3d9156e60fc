/** A text as it is compared in a search: width, case and composition do not matter. */
export const searchable = (text: string): string => text.normalize('NFKC').toLowerCase();
