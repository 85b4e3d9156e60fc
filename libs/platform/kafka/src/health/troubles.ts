/** Something has been failing for longer than can be called a hiccup. */
export class LastingTroubleError extends Error {
  override readonly name = 'LastingTroubleError';
}

/** What fails at present, each since when; for a health check that must tell a hiccup from an outage. System time. */
export class Troubles {
  readonly #since = new Map<string, { readonly at: number; reason: string }>();

  /** Begins at the first call for the name; later ones only tell the newest reason. */
  begin(name: string, reason: string): void {
    const known = this.#since.get(name);
    if (known === undefined) this.#since.set(name, { at: performance.now(), reason });
    else known.reason = reason;
  }

  /** No hiccup: a trouble at once, until it is over. */
  stop(name: string, reason: string): void {
    this.#since.set(name, { at: -Infinity, reason });
  }

  /** The names of what does not end by itself. */
  stopped(): readonly string[] {
    return [...this.#since].filter(([, { at }]) => at === -Infinity).map(([name]) => name);
  }

  over(name: string): void {
    this.#since.delete(name);
  }

  /** Forgets all but these, which may go on. */
  retain(names: ReadonlySet<string>): void {
    for (const name of this.#since.keys()) if (!names.has(name)) this.#since.delete(name);
  }

  clear(): void {
    this.#since.clear();
  }

  /** @throws LastingTroubleError where one has lasted longer than `mostMillis`. */
  check(mostMillis: number): void {
    const lasting = [...this.#since].filter(([, { at }]) => performance.now() - at > mostMillis);
    if (lasting.length > 0)
      throw new LastingTroubleError(lasting.map(([name, { reason }]) => `${name}: ${reason}`).join('; '));
  }
}
