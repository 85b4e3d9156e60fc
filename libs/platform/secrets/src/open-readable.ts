import { UnknownKeyError, type OpenRequest, type SubjectKeys } from './secrets.port.ts';

/**
 * As `openMany`, for what is shown of many subjects: of one whose key is lost nothing is known, as of one that was erased, and the others are as they
 * are. Who answers for one subject alone calls `open`, and hears of the loss.
 */
export async function openReadable(
  keys: Pick<SubjectKeys, 'openMany'>,
  requests: readonly OpenRequest[],
): Promise<readonly (readonly (string | undefined)[])[]> {
  try {
    return await keys.openMany(requests);
  } catch (error) {
    if (!(error instanceof UnknownKeyError)) throw error;
    if (requests.length === 1) return requests.map(({ sealed }) => sealed.map(() => undefined));
  }
  const opened: (readonly (string | undefined)[])[] = [];
  // Which one it is, is not said.
  for (const request of requests) opened.push(...(await openReadable(keys, [request])));
  return opened;
}
