import { type DynamicModule, Module } from '@nestjs/common';
import { ClockController } from './clock.controller.ts';
import { DeadLettersController } from './dead-letters.controller.ts';
import { InternalParts } from './internal-parts.ts';
import { LogFeedController } from './log-feed.controller.ts';
import { ProjectionsController } from './projections.controller.ts';

/** What every service answers under `/internal` besides its own. */
@Module({})
export class InternalModule {
  static of(parts: InternalParts): DynamicModule {
    return {
      module: InternalModule,
      controllers: [LogFeedController, ClockController, ProjectionsController, DeadLettersController],
      providers: [{ provide: InternalParts, useValue: parts }],
    };
  }
}
