/** Waits for so long (system time), or until the signal: its end is no failure of whoever rests. */
export function rest(
  millis: number,
  signal?: AbortSignal,
  { keepsAlive = true }: { readonly keepsAlive?: boolean } = {},
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, millis);
    if (!keepsAlive) timer.unref();
    signal?.addEventListener('abort', wake);
  });
}
