/** Who is called when something has happened, in the order in which they came. */
export class Listeners<News> {
  readonly #entries = new Set<(news: News) => void>();

  /** @returns how to be called no more. The same function may be there twice; each stops by itself. */
  add(listener: (news: News) => void): () => void {
    const entry = (news: News): void => listener(news);
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  tell(news: News): void {
    for (const entry of this.#entries) entry(news);
  }
}
