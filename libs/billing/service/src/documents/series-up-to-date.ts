import { seriesStreamOf, type SeriesName } from '@smartkey/billing-domain';
import type { EventStore } from '@smartkey/event-store';
import type { ProjectionReader } from '@smartkey/projections';

export interface SeriesParts {
  readonly documents: Pick<ProjectionReader, 'reached'>;
  readonly store: Pick<EventStore, 'readStream'>;
}

/**
 * The last revision of a series, -1 before its first document. From then on the read model of documents shows all that came up to it.
 * It is waited for the last document's own place: the settled end of the log may lie before it, as long as an older transaction
 * runs, and a document that is there would be missing from what the next one is decided upon.
 * @param timeoutMillis how long the read model may take (system time).
 * @returns undefined where it does not come up to the document in time.
 */
export async function seriesUpToDate(
  { documents, store }: SeriesParts,
  series: SeriesName,
  timeoutMillis: number,
): Promise<number | undefined> {
  const [last] = await store.readStream(seriesStreamOf(series), { direction: 'backwards', limit: 1 });
  if (last === undefined) return -1;
  return (await documents.reached('billing', last.position, timeoutMillis)) ? last.revision : undefined;
}
