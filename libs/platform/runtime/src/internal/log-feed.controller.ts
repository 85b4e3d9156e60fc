import { Get, HttpCode, Post, Query } from '@nestjs/common';
import { type FeedPageJson, pageToJson, requestFromQuery } from '@smartkey/event-bus';
import type { AuditedLog } from '@smartkey/transparency';
import { InternalController, unreadable } from '@smartkey/http';
import { InternalParts } from './internal-parts.ts';

/**
 * `GET /internal/log?after=&limit=&previous=&partition=&of=&types=`: this service's log in the published language, by position, with
 * the partition chain. For gaps, rebuilds, audit, and buses without a broker.
 * `POST /internal/log/verification` → `{events, streams, breaks, tree}`: the hash over every stream, the tree and its last checkpoint, followed now.
 */
@InternalController('log')
export class LogFeedController {
  constructor(private readonly parts: InternalParts) {}

  @Get()
  async read(@Query() query: Record<string, string | undefined>): Promise<FeedPageJson> {
    const request = requestFromQuery(query);
    if (request === undefined) throw unreadable('malformed-query', 'That is no place in a log.');
    return pageToJson(await this.parts.feed.read(request));
  }

  @Post('verification')
  @HttpCode(200)
  verify(): Promise<AuditedLog> {
    return this.parts.proved.audit();
  }
}
