/**
 * Does work under a signal that is given as soon as one of these is, and lets go of them when the work has ended. `AbortSignal.any` is not sure to do either:
 * Node.js 20 and 22 keep something on a source that lives long for each signal that was made of it, and 24 can lose an end that nobody listened for, once its
 * source is collected (nodejs/node issue 65995), so that who has lost a lock would go on working.
 */
export async function underAny<T>(
  signals: readonly AbortSignal[],
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const ends = signals.map((signal) => {
    const end = (): void => either.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    return () => signal.removeEventListener('abort', end);
  });
  try {
    return await work(either.signal);
  } finally {
    for (const letGo of ends) letGo();
  }
}
