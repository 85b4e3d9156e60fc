import { UnavailableError, underAny } from '@smartkey/lifecycle';
import { carryingTrace, clientSpan, currentTraceparent, inSpan, keepSpan } from '@smartkey/tracing';
import { Agent, request, type Dispatcher } from 'undici';
import type { FeedPage, FeedRequest } from '../event-bus.port.ts';
import { type FeedPageJson, pageFromJson, requestToQuery } from './feed-wire.ts';
import { HttpLogNews } from './http-log-news.ts';
import type { LogFeed } from './log-feed.ts';
import { type AnchorsFound, anchorsAskedToJson, type ReadAnchor } from './read-anchors.ts';

/** The log feed of another service cannot be read now. */
class FeedUnavailableError extends UnavailableError {
  override readonly name = 'FeedUnavailableError';
}

/** A page holds up to `MAX_FEED_PAGE` messages of a few kilobytes. */
const pages = new Agent({ maxResponseSize: 256 * 1024 * 1024 });

/** The feed of another process's log, by its `GET /internal/log`; of news it hears by `GET /internal/log/news`. */
export class HttpLogFeed implements LogFeed {
  /** Of who said whom to tell when news cannot be heard; who only reads needs none. */
  readonly onNews?: (listener: (position: bigint) => void) => () => void;

  constructor(
    private readonly options: {
      /** The service's base URL; asked for at each call, for a service may come up later. */
      readonly url: () => string;
      /** Headers that show the caller to be one of the services. */
      readonly headers: Readonly<Record<string, string>>;
      /** Whose log it is, for traces. */
      readonly peer?: string;
      readonly timeoutMillis?: number;
      readonly dispatcher?: Dispatcher;
      /** Hears why news cannot be heard: readers look by themselves meanwhile. */
      readonly onNoNews?: (error: unknown) => void;
    },
  ) {
    const { url, headers, dispatcher = pages, onNoNews: tell } = options;
    if (tell === undefined) return;
    const news = new HttpLogNews({ url, headers, dispatcher, tell });
    this.onNews = (listener) => news.onNews(listener);
  }

  /** A poll that finds nothing leaves no span, and the owner none of a poll: only a reader's own trace goes with it. */
  read(asked: FeedRequest): Promise<FeedPage> {
    const traced = currentTraceparent() !== undefined;
    const settings = { ...clientSpan('GET', this.options.peer ?? 'log'), quiet: !traced };
    return inSpan('GET /internal/log', settings, async (span) => {
      const page = await this.#read(asked, traced);
      span.setAttribute('smartkey.messages', page.messages.length);
      if (page.messages.length > 0) keepSpan();
      return page;
    });
  }

  async compare(anchors: readonly ReadAnchor[]): Promise<AnchorsFound | undefined> {
    const { url, headers, timeoutMillis = 10_000, dispatcher = pages } = this.options;
    const target = `${url()}/internal/log/anchors`;
    try {
      const answer = await request(target, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(anchorsAskedToJson(anchors)),
        signal: AbortSignal.timeout(timeoutMillis),
        dispatcher,
      });
      if (answer.statusCode === 200) return (await answer.body.json()) as AnchorsFound;
      await answer.body.dump();
      // A version before knows no such question.
      if (answer.statusCode === 404 || answer.statusCode === 405) return undefined;
      throw new FeedUnavailableError(`${target} answered ${answer.statusCode}`);
    } catch (error) {
      if (error instanceof FeedUnavailableError) throw error;
      throw new FeedUnavailableError(`${target} cannot be reached`, { cause: error });
    }
  }

  async #read(asked: FeedRequest, traced: boolean): Promise<FeedPage> {
    const { url, headers, timeoutMillis = 10_000, dispatcher = pages } = this.options;
    const target = `${url()}/internal/log?${requestToQuery(asked)}`;
    try {
      const ends = asked.signal === undefined ? [] : [asked.signal];
      return await underAny([AbortSignal.timeout(timeoutMillis), ...ends], async (signal) => {
        const answer = await request(target, {
          headers: traced ? carryingTrace(headers) : headers,
          signal,
          dispatcher,
        });
        if (answer.statusCode !== 200) {
          await answer.body.dump();
          throw new FeedUnavailableError(`${target} answered ${answer.statusCode}`);
        }
        return pageFromJson((await answer.body.json()) as FeedPageJson);
      });
    } catch (error) {
      if (error instanceof FeedUnavailableError) throw error;
      throw new FeedUnavailableError(`${target} cannot be reached`, { cause: error });
    }
  }
}
