import { decodeCursor } from '@smartkey/http';

/** The number that a cursor stands for; `undefined` for the first page. @throws ProblemException 422 */
export const numberOfCursor = (cursor: string | undefined): number | undefined =>
  cursor === undefined ? undefined : decodeCursor(cursor, 'number')[0];

/** The log position that a cursor stands for; 0 for the first page. @throws ProblemException 422 */
export const positionOfCursor = (cursor: string | undefined): bigint =>
  cursor === undefined ? 0n : decodeCursor(cursor, 'position')[0];
