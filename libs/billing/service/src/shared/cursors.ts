import { decodeCursor, validationFailed } from '@smartkey/http';

/** The number that a cursor stands for; `undefined` for the first page. @throws ProblemException 422 */
export const numberOfCursor = (cursor: string | undefined): number | undefined =>
  cursor === undefined ? undefined : decodeCursor(cursor, 'number')[0];

/** The log position that a cursor stands for; 0 for the first page. @throws ProblemException 422 */
export function positionOfCursor(cursor: string | undefined): bigint {
  const text = cursor === undefined ? '0' : decodeCursor(cursor, 'string')[0];
  if (!/^\d{1,18}$/.test(text))
    throw validationFailed([
      { pointer: '/cursor', rule: 'cursor', detail: 'Send nextCursor back as it was answered.' },
    ]);
  return BigInt(text);
}
