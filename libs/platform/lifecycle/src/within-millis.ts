/** What was waited for has not come in time; nothing is known of what it did, or still does. */
export class LateError extends Error {
  override readonly name = 'LateError';
}

/**
 * Waits for work, but not for ever.
 * @param millis system time.
 * @param late what is told where it does not come: the name of the work, or an error of its own.
 * @param giveUp ends the waiting at once.
 * @throws LateError, or what `late` makes.
 */
export async function withinMillis<T>(
  work: Promise<T>,
  millis: number,
  late: string | (() => Error),
  giveUp?: AbortSignal,
): Promise<T> {
  const errorOf = (what: string): Error =>
    typeof late === 'string' ? new LateError(`${late} ${what}`) : late();
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(errorOf(`took longer than ${millis} ms`)), millis);
    stop = () => reject(errorOf('was given up'));
    if (giveUp?.aborted === true) stop();
    else giveUp?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
    giveUp?.removeEventListener('abort', stop);
  }
}
