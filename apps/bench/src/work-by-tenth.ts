const TENTHS = 10;
/** How often the process is looked at. */
const LOOK_MILLIS = 100;

/**
 * Looks on while a number of things is done: the largest that the process was during each tenth of them, and how long each tenth took. So it is seen
 * whether memory and time stay flat or grow with the count.
 */
export class WorkByTenth {
  readonly #peaks = [0];
  readonly #ended: number[] = [];
  readonly #started = performance.now();
  readonly #timer = setInterval(() => this.#look(), LOOK_MILLIS);

  /** @param tell hears how far it is, with each tenth. */
  constructor(
    private readonly total: number,
    private readonly tell: (line: string) => void,
  ) {}

  /** So many are done by now. */
  done(count: number): void {
    this.#look();
    const tenths = Math.min(TENTHS, Math.floor((count * TENTHS) / this.total));
    if (tenths <= this.#ended.length) return;
    this.tell(`${count} of ${this.total}, ${this.#peaks.at(-1)} MB`);
    // Where several ended between two looks, they had the same peak and their share of the time.
    const [since, ended] = [this.#ended.at(-1) ?? this.#started, this.#ended.length];
    const each = (performance.now() - since) / (tenths - ended);
    for (let tenth = ended; tenth < tenths; tenth += 1) {
      this.#ended.push(since + each * (tenth + 1 - ended));
      this.#peaks[tenth] = this.#peaks[ended]!;
    }
    if (tenths < TENTHS) this.#peaks.push(0);
    this.#look();
  }

  /** All is done. @returns peak memory and seconds of each tenth, as a note. */
  stop(): string {
    clearInterval(this.#timer);
    const ended = this.#ended.length;
    this.#look();
    this.done(this.total);
    if (ended === 0) return `${this.#peaks[0]} MB`;
    const seconds = this.#ended.map((end, tenth) => (end - (this.#ended[tenth - 1] ?? this.#started)) / 1000);
    return `by tenths: ${this.#peaks.join(' ')} MB; ${seconds.map((each) => each.toFixed(1)).join(' ')} s`;
  }

  #look(): void {
    const megabytes = Math.round(process.memoryUsage().rss / 1e6);
    const now = this.#peaks.length - 1;
    this.#peaks[now] = Math.max(this.#peaks[now]!, megabytes);
  }
}
