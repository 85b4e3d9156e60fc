import { searchable } from '@smartkey/kernel';

/** A pattern for LIKE that finds the text anywhere. */
export const containing = (text: string): string => `%${searchable(text).replace(/[\\%_]/g, '\\$&')}%`;
