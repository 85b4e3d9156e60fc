import type { Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { Listeners } from '@smartkey/lifecycle';
import type { Watermark } from '../event-bus.port.ts';

export const WATERMARK_MIGRATION = {
  id: '0003-watermark',
  sql: `
    create table published_watermark (
      only_row boolean primary key default true check (only_row),
      instant timestamptz not null,
      position bigint not null
    )`,
} as const;

/**
 * What a service has promised of its log, durable and monotone. The position is the settled end of the log at the promise.
 * Kept in memory for `freshMillis` (system time), for other instances of the service may publish too; whoever hears of that says so (`forget`).
 */
export class PublishedWatermark {
  readonly #listeners = new Listeners<void>();
  #known: Watermark | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly freshMillis = 250,
  ) {}

  async current(): Promise<Watermark | undefined> {
    if (performance.now() - this.#readAt > this.freshMillis) {
      const readAt = performance.now();
      const [row] = await this.database.query<Watermark>('select instant, position from published_watermark');
      this.#learn(row);
      this.#readAt = readAt;
    }
    return this.#known;
  }

  /** Raises the watermark; one that is further already stays. */
  async publish(instant: Instant, position: bigint): Promise<void> {
    await this.database.execute(
      `insert into published_watermark (instant, position) values ($1, $2)
       on conflict (only_row) do update set instant = excluded.instant, position = excluded.position
       where published_watermark.instant < excluded.instant`,
      [instant, position],
    );
    this.#learn({ instant, position });
    this.#listeners.tell();
  }

  /** Another instance may have published: the next look is at the table. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  onPublished(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  #learn(watermark: Watermark | undefined): void {
    if (watermark !== undefined && (this.#known === undefined || this.#known.instant < watermark.instant))
      this.#known = { instant: watermark.instant, position: watermark.position };
  }
}
