/** A call to the client library that has not come back in time; nothing is known of what it did. */
export class LateError extends Error {
  override readonly name = 'LateError';
}

/**
 * Waits for the client library, but not for ever: some of its calls wait for an answer that nobody will give.
 * @param millis system time.
 * @throws LateError
 */
export async function withinMillis<T>(work: Promise<T>, millis: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateError(`${what} took longer than ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
