import { parsePosition, type Instant } from '@smartkey/kernel';
import type { Anchor } from '@smartkey/event-store';
import { anchorOfJson } from './read-anchors.ts';
import type { FeedPage, FeedRequest, Message, Watermark } from '../event-bus.port.ts';

/** A page of a feed as JSON: positions are text, for they are 64 bits wide. */
export interface FeedPageJson {
  readonly messages: readonly MessageJson[];
  readonly upTo: string;
  readonly settled: string;
  readonly watermark?: {
    readonly instant: Instant;
    readonly position: string;
    readonly incarnation?: number;
  };
  readonly known?: false;
}

export type MessageJson = Omit<Message, 'position' | 'previous'> & {
  readonly position: string;
  readonly previous: string;
};

export const messageToJson = (message: Message): MessageJson => ({
  ...message,
  position: String(message.position),
  previous: String(message.previous),
});

export const messageFromJson = (json: MessageJson): Message => ({
  ...json,
  position: BigInt(json.position),
  previous: BigInt(json.previous),
});

export const pageToJson = (page: FeedPage): FeedPageJson => ({
  messages: page.messages.map(messageToJson),
  upTo: String(page.upTo),
  settled: String(page.settled),
  ...(page.watermark === undefined
    ? {}
    : { watermark: { ...page.watermark, position: String(page.watermark.position) } }),
  ...(page.known === undefined ? {} : { known: page.known }),
});

export const pageFromJson = (json: FeedPageJson): FeedPage => ({
  messages: json.messages.map(messageFromJson),
  upTo: BigInt(json.upTo),
  settled: BigInt(json.settled),
  ...(json.watermark === undefined ? {} : { watermark: watermarkFromJson(json.watermark) }),
  ...(json.known === undefined ? {} : { known: json.known }),
});

const watermarkFromJson = (json: NonNullable<FeedPageJson['watermark']>): Watermark => ({
  ...json,
  position: BigInt(json.position),
});

/** `?after=&limit=&previous=&partition=&of=&types=`, and of the last event read `&position=&id=&hash=&stream=&revision=&incarnation=&reader=` */
export function requestToQuery(request: FeedRequest): string {
  const query = new URLSearchParams({ after: String(request.after), limit: String(request.limit) });
  if (request.previous !== undefined) query.set('previous', String(request.previous));
  if (request.partition !== undefined) {
    query.set('partition', String(request.partition.number));
    query.set('of', String(request.partition.of));
  }
  if (request.types !== undefined) query.set('types', request.types.join(','));
  if (request.event !== undefined)
    for (const [name, value] of Object.entries(request.event)) query.set(name, String(value));
  if (request.reader !== undefined) query.set('reader', request.reader);
  return query.toString();
}

/** Pages of a feed are at most this long, whatever was asked for. */
const MAX_FEED_PAGE = 5_000;

/** @returns `undefined` for a query that is none. */
export function requestFromQuery(
  query: Readonly<Record<string, string | undefined>>,
): FeedRequest | undefined {
  const { after = '0', limit = String(MAX_FEED_PAGE), previous, partition, of, types } = query;
  const [behind, previously] = [parsePosition(after), parsePosition(previous ?? '0')];
  if (behind === undefined || previously === undefined) return undefined;
  if (![limit, partition ?? '0', of ?? '1'].every((text) => /^\d{1,15}$/.test(text))) return undefined;
  if (Number(limit) < 1 || Number(of ?? '1') < 1 || Number(partition ?? '0') >= Number(of ?? '1'))
    return undefined;
  if (types !== undefined && !/^[A-Za-z]{1,64}(,[A-Za-z]{1,64}){0,19}$/.test(types)) return undefined;
  const event = query['hash'] === undefined ? undefined : eventFromQuery(query);
  if (query['hash'] !== undefined && event === undefined) return undefined;
  if ((query['reader']?.length ?? 0) > 500) return undefined;
  return {
    ...(event === undefined ? {} : { event, reader: query['reader'] ?? 'a reader' }),
    after: behind,
    limit: Math.min(Number(limit), MAX_FEED_PAGE),
    ...(previous === undefined ? {} : { previous: previously }),
    ...(of === undefined ? {} : { partition: { number: Number(partition ?? '0'), of: Number(of) } }),
    ...(types === undefined ? {} : { types: types.split(',') }),
  };
}

const eventFromQuery = (query: Readonly<Record<string, string | undefined>>): Anchor | undefined =>
  anchorOfJson({
    ...query,
    revision: wholeOf(query['revision']),
    incarnation: wholeOf(query['incarnation']),
  });

const wholeOf = (text: string | undefined): number =>
  /^\d{1,9}$/.test(text ?? '') ? Number(text) : Number.NaN;
