import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { InternalController, IsOneOf, IsText, notFoundProblem, ProblemException } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { type ParkedStream, RebuildRunningError, UnknownProjectionError } from '@smartkey/projections';
import { InternalParts } from './internal-parts.ts';

class RetryForm {
  @IsText({ max: 500 })
  projection!: string;
  @IsOneOf(SERVICES)
  source!: ServiceName;
  @IsText({ max: 500 })
  stream!: string;
}

interface ConsumerView {
  readonly name: string;
  readonly kind: 'projection' | 'reactor';
  readonly version?: number;
  readonly generation?: string;
  readonly rebuilding?: boolean;
  readonly marks: readonly {
    readonly source: ServiceName;
    readonly partition: number;
    readonly position: string;
    readonly watermark: Instant | null;
    readonly parked: number;
  }[];
}

/**
 * What operators do with read models:
 *
 * - `GET /internal/projections` → where each projection and reactor stands
 * - `POST /internal/projections/{name}/rebuild` → 202, built beside the live one and swapped; 409 while one is being built
 * - `GET /internal/projections/parked-streams` → the streams set aside, with the contract each belongs to
 * - `POST /internal/projections/parked-streams/retry {projection, source, stream}` → `{waiting}`: 0 where it is free again
 */
@InternalController('projections')
export class ProjectionsController {
  constructor(private readonly parts: InternalParts) {}

  @Get()
  async list(): Promise<{ items: readonly ConsumerView[] }> {
    const items = await this.parts.projections.status();
    return {
      items: items.map((item) => ({
        ...item,
        marks: item.marks.map((mark) => ({ ...mark, position: String(mark.position) })),
      })),
    };
  }

  @Post(':name/rebuild')
  @HttpCode(202)
  async rebuild(@Param('name') name: string): Promise<{ projection: string }> {
    const { projections, log } = this.parts;
    await refusing(async () => {
      projections
        .rebuild(name)
        .catch((error: unknown) => log.error({ err: error, projection: name }, 'a rebuild failed'));
    });
    return { projection: name };
  }

  @Get('parked-streams')
  async parked(): Promise<{ items: readonly ParkedStream[] }> {
    return { items: await this.parts.projections.parked() };
  }

  @Post('parked-streams/retry')
  @HttpCode(200)
  async retry(@Body() { projection, source, stream }: RetryForm): Promise<{ waiting: number }> {
    return { waiting: await refusing(() => this.parts.projections.retry(projection, source, stream)) };
  }
}

/** Says what the host refuses in the words of HTTP, at once or later. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnknownProjectionError) throw notFoundProblem();
    if (error instanceof RebuildRunningError)
      throw new ProblemException(409, 'rebuild-running', 'That projection is being built already.');
    throw error;
  }
}
