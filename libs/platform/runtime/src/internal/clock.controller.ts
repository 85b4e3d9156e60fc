import { Body, Get, HttpCode, Post, Put } from '@nestjs/common';
import { InternalController, IsInstantText, ProblemException } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { ClockBackwardsError, SandboxClock } from '../clock/business-clock.ts';
import { InternalParts } from './internal-parts.ts';

class TakeOverForm {
  @IsInstantText()
  now!: Instant;
}

class SettleForm {
  @IsInstantText()
  instant!: Instant;
}

/**
 * How the one who moves the sandbox clock (`advanceClock`) speaks with a service:
 *
 * - `GET /internal/clock` → `{mode, now}`
 * - `GET /internal/clock/next-due` → `{nextDue: instant | null}`: when something next becomes due by itself
 * - `PUT /internal/clock {now}` → `{mode, now}`; 409 where it would go back, or where the clock is the system's
 * - `POST /internal/clock/settle {instant}` → 200 `{settled: instant}`: what is due by then has appended, the watermark has
 *   passed it, the service's own work is done; 503 with `Retry-After` where that takes too long: ask again.
 */
@InternalController('clock')
export class ClockController {
  constructor(private readonly parts: InternalParts) {}

  @Get()
  async read(): Promise<{ mode: string; now: Instant }> {
    const { clock } = this.parts;
    // What another instance has stored is the time of this one too.
    if (clock instanceof SandboxClock) await clock.refresh();
    return { mode: clock.mode, now: clock.now() };
  }

  @Get('next-due')
  async nextDue(): Promise<{ nextDue: Instant | null }> {
    return { nextDue: (await this.parts.dueWork?.nextDue()) ?? null };
  }

  @Put()
  async takeOver(@Body() { now }: TakeOverForm): Promise<{ mode: string; now: Instant }> {
    try {
      await this.sandbox().takeOver(now);
    } catch (error) {
      if (!(error instanceof ClockBackwardsError)) throw error;
      throw new ProblemException(
        409,
        'clock-goes-forward-only',
        `The clock goes forward only: ${error.message}.`,
      );
    }
    return this.read();
  }

  @Post('settle')
  @HttpCode(200)
  async settle(@Body() { instant }: SettleForm): Promise<{ settled: Instant }> {
    if (instant > this.sandbox().now())
      throw new ProblemException(409, 'clock-not-there-yet', 'The clock has not reached that instant yet.');
    if (!(await this.parts.settle(instant)))
      throw new ProblemException(503, 'not-settled-yet', 'What is due by then has not all been done yet.', {
        headers: { 'retry-after': '1' },
      });
    return { settled: instant };
  }

  private sandbox(): SandboxClock {
    const { clock } = this.parts;
    if (clock instanceof SandboxClock) return clock;
    throw new ProblemException(409, 'clock-is-the-systems', 'Only a sandbox clock can be set.');
  }
}
