import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { conflict, invalid, notFound, type Actor, type Instant } from '@smartkey/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import {
  actorHeader,
  Allow,
  awaitConsistency,
  Command,
  ConsistencyToken,
  createHttpApplication,
  CsvBody,
  CurrentActor,
  INTERNAL,
  InternalController,
  IsDecimalText,
  IsExternalId,
  IsInstantText,
  IsJstDay,
  IsListOf,
  IsNested,
  IsOneOf,
  IsServiceMonth,
  IsText,
  IsWholeNumber,
  IsYenText,
  OfContract,
  OrNull,
  orThrow,
  PageQuery,
  SchemaBody,
  written,
  type CommandContext,
  type ConsistencyMark,
  type HealthContributor,
  type Written,
} from '../index.ts';

class TierForm {
  @OrNull()
  @IsWholeNumber({ min: 1 })
  upTo!: number | null;
  @IsDecimalText()
  unitPrice!: string;
}

class ApplicantForm {
  @IsText({ max: 20 })
  name!: string;
  @IsExternalId({ optional: true })
  externalId?: string;
}

class SampleForm {
  @IsNested(() => ApplicantForm)
  applicant!: ApplicantForm;
  @IsOneOf(['enterprise', 'service-provider'])
  plan!: string;
  @IsJstDay({ optional: true })
  day?: JstDay;
  @IsServiceMonth({ optional: true })
  month?: ServiceMonth;
  @IsInstantText({ optional: true })
  at?: Instant;
  @IsYenText({ optional: true })
  fee?: string;
  @IsListOf(() => TierForm, { optional: true, max: 2 })
  tiers?: TierForm[];
}

@Controller('v1/contracts')
class SampleController {
  @Post()
  @Allow('operator')
  create(@Body() form: SampleForm, @Command() command: CommandContext): Written {
    return written({ form, command }, { revision: 3, position: 41n, source: 'contract' }, 201);
  }

  @Get()
  @Allow('operator')
  list(@Query() query: PageQuery): PageQuery {
    return query;
  }

  @Get(':id')
  @Allow('operator', 'contractor')
  @OfContract()
  show(@Param('id') id: string, @CurrentActor() actor: Actor): object {
    if (id === 'ctr_unknown') return orThrow(notFound('contract-unknown', `no contract ${id}`));
    return { id, role: actor.role };
  }

  @Get(':id/refusals/:kind')
  @Allow('operator')
  refuse(@Param('kind') kind: string): unknown {
    if (kind === 'invalid')
      return orThrow(
        invalid('notice-too-early', 'Thirty days must run.', { rule: '第6条', pointer: '/requestedDay' }),
      );
    if (kind === 'conflict') return orThrow(conflict('accepted-already', 'Accepted already.'));
    throw new Error(`secret detail ${kind}`);
  }

  @Post(':id/hot')
  @Allow('operator')
  hot(
    @SchemaBody({
      type: 'object',
      additionalProperties: false,
      required: ['code'],
      properties: { code: { type: 'string', pattern: '^\\d{6}$' } },
    })
    body: {
      code: string;
    },
  ): object {
    return { length: body.code.length };
  }

  @Post(':id/csv')
  @Allow('operator')
  async csv(@CsvBody() stream: Readable): Promise<object> {
    return { length: (await text(stream)).length };
  }

  @Get(':id/consistent')
  @Allow('operator')
  async consistent(@ConsistencyToken() marks: readonly ConsistencyMark[]): Promise<object> {
    await awaitConsistency({ reached: async (_source, position) => position <= 41n }, marks);
    return { marks: marks.length };
  }

  @Get(':id/forgotten')
  forgotten(): object {
    return {};
  }
}

@InternalController('facts')
class SampleInternalController {
  @Get()
  facts(): object {
    return { internal: true };
  }
}

export const TOKEN = 'the-internal-token';

/** A service with one of each kind of route, as the tests of this package need them. */
export function sampleService(
  health: readonly HealthContributor[] = [],
  log: Logger = pino({ level: 'silent' }),
): Promise<NestFastifyApplication> {
  class SampleModule {}
  return createHttpApplication(
    { module: SampleModule, controllers: [SampleController, SampleInternalController] },
    {
      name: 'sample',
      log,
      metrics: new Registry(),
      internalToken: TOKEN,
      bodyLimits: { json: 2_000, csv: 1_000 },
      health,
    },
  );
}

export const as = (actor: Actor): Record<string, string> => ({
  [INTERNAL.token]: TOKEN,
  [INTERNAL.actor]: actorHeader(actor),
});

export const OPERATOR: Actor = { role: 'operator', key: 'key_1' };
