/** A name as it is looked for: full-width and half-width, capital and small letters are the same. */
export const searchable = (name: string): string => name.normalize('NFKC').toLowerCase();
