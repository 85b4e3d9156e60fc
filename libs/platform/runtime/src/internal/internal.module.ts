import type { DynamicModule } from '@nestjs/common';
import { moduleOf, provide } from '@smartkey/http';
import { ActorsController } from './actors.controller.ts';
import { ClockController } from './clock.controller.ts';
import { DeadLettersController } from './dead-letters.controller.ts';
import { CheckpointsController } from './checkpoints.controller.ts';
import { InternalParts } from './internal-parts.ts';
import { LogFeedController } from './log-feed.controller.ts';
import { LossesController } from './losses.controller.ts';
import { LostController } from './lost.controller.ts';
import { ProjectionsController } from './projections.controller.ts';
import { SetAsideController } from './set-aside.controller.ts';
import { StandingController } from './standing.controller.ts';
import { WatermarkController } from './watermark.controller.ts';

/** What every service answers under `/internal` besides its own. */
export const internalModule = (parts: InternalParts): DynamicModule =>
  moduleOf('InternalModule', {
    controllers: [
      LogFeedController,
      StandingController,
      LossesController,
      ActorsController,
      LostController,
      CheckpointsController,
      ClockController,
      ProjectionsController,
      DeadLettersController,
      SetAsideController,
      WatermarkController,
    ],
    parts: [],
    provided: [provide(InternalParts, parts)],
  });
