import {
  type Delivery,
  incarnationsOf,
  type LogFeeds,
  type Message,
  type ServiceName,
  SourceLacksEventError,
} from '@smartkey/event-bus';
import { type Anchor, anchorOf } from '@smartkey/event-store';
import type { Mark } from '../marks/marks.ts';

/** What a delivery adds to a mark: the messages to apply, in order without holes, and the mark after them. */
export interface Intake {
  readonly messages: readonly Message[];
  readonly to: Mark;
  /** How many of the messages the delivery had not brought. */
  readonly filled: number;
  /** False where a long gap is filled in parts: apply this, then take the same delivery in again. */
  readonly complete: boolean;
}

/** Messages that a consumer fetched from the log feed of their source, for the bus had not brought them. */
export interface GapFilled {
  /** Name of the projection or reactor. */
  readonly consumer: string;
  readonly source: ServiceName;
  readonly messages: number;
}

const FEED_PAGE = 5_000;
/** A gap is filled by parts of about so many messages, so that memory does not grow with it. */
const PART = 10_000;

/** A message speaks of others before it that the log feed does not show yet. */
export class GapError extends Error {
  override readonly name = 'GapError';
  constructor(source: string, from: bigint, to: bigint) {
    super(`the log feed of ${source} does not lead from ${from} to ${to} yet`);
  }
}

/** What a delivery brought is not in the log, whatever the mark stands on: a loss took it, and records of it lie on the topic. */
class BesideLogError extends SourceLacksEventError {
  override readonly name = 'SourceLacksEventError';
}

/**
 * Makes of a delivery what really comes next: what the mark has passed is dropped, and where the chain does not join, what is
 * missing is asked for from the owner's log feed. Nothing is skipped: where the feed does not answer, it throws, and
 * the delivery comes again.
 * @param partitions number of partitions of the source's topic.
 * @param after the last event that the mark's consumer has, and the name that the owner knows it by.
 * @throws SourceLacksEventError where the owner lacks what was taken in before, or what the delivery brings and nobody has given up; GapError.
 */
export async function intake(
  mark: bigint,
  delivery: Delivery,
  feeds: LogFeeds,
  partitions: number,
  after: {
    readonly event?: Anchor | undefined;
    readonly reader?: string;
  } = {},
): Promise<Intake> {
  const messages: Message[] = [];
  let reached = mark;
  let filled = 0;
  const take = (message: Message) => {
    messages.push(message);
    reached = message.position;
  };
  const readOn = async (from: bigint) => {
    const last = messages.at(-1);
    const event = (last && anchorOf(last)) ?? after.event;
    const page = await feeds.read(delivery.source, {
      after: from,
      previous: reached,
      limit: FEED_PAGE,
      partition: { number: delivery.partition, of: partitions },
      ...(event === undefined ? {} : { event, reader: after.reader }),
    });
    if (page.known !== false) return page;
    if (messages.length === 0) throw new SourceLacksEventError(delivery.source);
    throw new BesideLogError(delivery.source);
  };
  /** @returns false where a part is full before the position is reached. */
  const fillUpTo = async (position: bigint): Promise<boolean> => {
    let from = reached;
    while (from < position) {
      if (messages.length >= PART) return false;
      const page = await readOn(from);
      for (const message of page.messages) {
        if (message.position > position) continue;
        take(message);
        filled += 1;
      }
      if (page.upTo <= from) throw new GapError(delivery.source, reached, position);
      from = page.upTo;
    }
    return true;
  };
  /** What the delivery brought before is let go where the log lacks it: the log has the chain on which the message lies. */
  const fillAlongLog = async (position: bigint): Promise<boolean> => {
    try {
      return await fillUpTo(position);
    } catch (error) {
      if (!(error instanceof BesideLogError)) throw error;
      messages.length = 0;
      [reached, filled] = [mark, 0];
      return fillUpTo(position);
    }
  };
  /** What could not be read was published, so it lies in the settled part. @returns false where a part is full before its end. */
  const fillToTheEnd = async (): Promise<boolean> => {
    for (let from = reached, ended = false; !ended;) {
      if (messages.length >= PART) return false;
      const page = await readOn(from);
      page.messages.forEach(take);
      filled += page.messages.length;
      ended = page.upTo === page.settled || page.upTo <= from;
      from = page.upTo;
    }
    return true;
  };
  /** The log was read past this message's place and has nothing there: what a copy that is gone published is let go once that loss was accepted. */
  const mustBeGivenUp = async (message: Message): Promise<void> => {
    const event = anchorOf(message);
    const asked = event && [{ reader: after.reader ?? 'a reader', event }];
    const found = asked && (await feeds.compare?.(delivery.source, asked));
    if (found?.known[0] !== false) throw new GapError(delivery.source, reached, message.position);
    const current = incarnationsOf(found).at(-1)?.number ?? 1;
    if ((message.incarnation ?? 1) >= current) throw new SourceLacksEventError(delivery.source);
  };
  for (const message of delivery.messages) {
    if (message.position <= reached) continue;
    if (message.previous === reached) {
      take(message);
      continue;
    }
    if (!(await fillAlongLog(message.position)))
      return { messages, to: { position: reached }, filled, complete: false };
    if (reached !== message.position) await mustBeGivenUp(message);
  }
  if (delivery.unreadable === true && !(await fillToTheEnd()))
    return { messages, to: { position: reached }, filled, complete: false };
  const { watermark } = delivery;
  if (watermark === undefined) return { messages, to: { position: reached }, filled, complete: true };
  if (watermark.position > reached && !(await fillAlongLog(watermark.position)))
    return { messages, to: { position: reached }, filled, complete: false };
  return { messages, to: { position: reached, watermark: watermark.instant }, filled, complete: true };
}
