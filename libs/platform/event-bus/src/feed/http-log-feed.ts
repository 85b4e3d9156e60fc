import { request, type Dispatcher } from 'undici';
import type { FeedPage, FeedRequest } from '../event-bus.port.ts';
import { type FeedPageJson, pageFromJson, requestToQuery } from './feed-wire.ts';
import type { LogFeed } from './log-feed.ts';

/** The log feed of another service cannot be read now. */
export class FeedUnavailableError extends Error {
  override readonly name = 'FeedUnavailableError';
}

/** The feed of another process's log, by its `GET /internal/log`. */
export class HttpLogFeed implements LogFeed {
  constructor(
    private readonly options: {
      /** The service's base URL; asked for at each call, for a service may come up later. */
      readonly url: () => string;
      /** Headers that show the caller to be one of the services. */
      readonly headers: Readonly<Record<string, string>>;
      readonly timeoutMillis?: number;
      readonly dispatcher?: Dispatcher;
    },
  ) {}

  async read(asked: FeedRequest): Promise<FeedPage> {
    const { url, headers, timeoutMillis = 10_000, dispatcher } = this.options;
    const target = `${url()}/internal/log?${requestToQuery(asked)}`;
    try {
      const answer = await request(target, {
        headers,
        signal: AbortSignal.timeout(timeoutMillis),
        ...(dispatcher === undefined ? {} : { dispatcher }),
      });
      if (answer.statusCode !== 200) {
        await answer.body.dump();
        throw new FeedUnavailableError(`${target} answered ${answer.statusCode}`);
      }
      return pageFromJson((await answer.body.json()) as FeedPageJson);
    } catch (error) {
      if (error instanceof FeedUnavailableError) throw error;
      throw new FeedUnavailableError(`${target} cannot be reached`, { cause: error });
    }
  }
}
