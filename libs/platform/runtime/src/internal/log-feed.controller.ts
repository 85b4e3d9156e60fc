import { Get, HttpCode, type OnModuleDestroy, Post, Query, Res } from '@nestjs/common';
import {
  type FeedPageJson,
  isSeen,
  LogNews,
  type LogNewsJson,
  pageToJson,
  requestFromQuery,
} from '@smartkey/event-bus';
import type { AuditedLog } from '@smartkey/transparency';
import { InternalController, unreadable } from '@smartkey/http';
import type { FastifyReply } from 'fastify';
import { InternalParts } from './internal-parts.ts';

/**
 * `GET /internal/log?after=&limit=&previous=&partition=&of=&types=`: this service's log in the published language, by position, with
 * the partition chain. For gaps, rebuilds, audit, and buses without a broker.
 * `GET /internal/log/news?seen=` → `{seen, position}`: answered as soon as the log has told anything since `seen`, after 20 s at the latest.
 * `POST /internal/log/verification` → `{events, streams, broken, breaks, wentBack, unreadable, tree}`: the hash over every stream, the tree and its last checkpoint, followed now, and events whose key is lost.
 */
@InternalController('log')
export class LogFeedController implements OnModuleDestroy {
  readonly #news: LogNews;

  constructor(private readonly parts: InternalParts) {
    this.#news = new LogNews(parts.feed);
  }

  /** Who waits for news keeps no door open. */
  onModuleDestroy(): void {
    this.#news.close();
  }

  @Get()
  async read(@Query() query: Record<string, string | undefined>): Promise<FeedPageJson> {
    const request = requestFromQuery(query);
    if (request === undefined) throw unreadable('malformed-query', 'That is no place in a log.');
    return pageToJson(await this.parts.feed.read(request));
  }

  @Get('news')
  async news(
    @Query('seen') seen: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogNewsJson> {
    if (seen !== undefined && (typeof seen !== 'string' || !isSeen(seen)))
      throw unreadable('malformed-query', 'That is no place among the news of a log.');
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return this.#news.next(seen, gone.signal);
  }

  @Post('verification')
  @HttpCode(200)
  verify(): Promise<AuditedLog> {
    return this.parts.proved.audit();
  }
}
