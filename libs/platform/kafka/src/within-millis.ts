/** A call to the client library that has not come back in time; nothing is known of what it did. */
export class LateError extends Error {
  override readonly name = 'LateError';
}

/**
 * Waits for the client library, but not for ever: some of its calls wait for an answer that nobody will give.
 * @param millis system time.
 * @param giveUp ends the waiting at once.
 * @throws LateError
 */
export async function withinMillis<T>(
  work: Promise<T>,
  millis: number,
  what: string,
  giveUp?: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateError(`${what} took longer than ${millis} ms`)), millis);
    stop = () => reject(new LateError(`${what} was given up`));
    if (giveUp?.aborted === true) stop();
    else giveUp?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) giveUp?.removeEventListener('abort', stop);
  }
}
