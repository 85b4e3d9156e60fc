/**
 * What is made at its first use and kept: all callers share one attempt. One that failed is forgotten, so that the next caller
 * tries again; a kept promise that was rejected would fail for everybody until the end of the process.
 */
export function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    if (kept !== undefined) return kept;
    const attempt = Promise.resolve().then(make);
    kept = attempt;
    const forget = (): void => {
      if (kept === attempt) kept = undefined;
    };
    // Whoever waits for it hears of the failure.
    attempt.catch(forget);
    return attempt;
  };
}

/** The same for each key. */
export function rememberedBy<Key, T>(make: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  const known = new Map<Key, () => Promise<T>>();
  return (key) => {
    let one = known.get(key);
    if (one === undefined) known.set(key, (one = remembered(() => make(key))));
    return one();
  };
}
