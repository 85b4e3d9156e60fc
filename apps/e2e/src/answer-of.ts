/** The answer of a call that may be cut off, by the kill of a part for instance: `undefined` where there was none. */
export async function answerOf<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (error) {
    // fetch says so where the connection broke. By name: under Jest the class is another realm's.
    if ((error as Error).name === 'TypeError') return undefined;
    throw error;
  }
}
