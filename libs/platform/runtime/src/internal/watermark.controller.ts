import { Body, HttpCode, Post } from '@nestjs/common';
import { InternalController, IsInstantText } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { InternalParts } from './internal-parts.ts';

class WantedForm {
  @IsInstantText()
  instant!: Instant;
}

/**
 * `POST /internal/watermark/wanted {instant}` → 202 `{}`: somebody waits for this service's watermark to pass the instant. It is raised as soon
 * as it can be, for the next ten seconds; who waits longer says it again.
 */
@InternalController('watermark')
export class WatermarkController {
  constructor(private readonly parts: InternalParts) {}

  @Post('wanted')
  @HttpCode(202)
  wanted(@Body() { instant }: WantedForm): Record<string, never> {
    this.parts.want(instant);
    return {};
  }
}
