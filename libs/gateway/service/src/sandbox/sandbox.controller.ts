import type { Instant } from '@smartkey/kernel';
import { Body, Controller } from '@nestjs/common';
import { ApiTags, IsInstantText, Route } from '@smartkey/http';
import { SandboxTime } from './sandbox-time.ts';

class ClockForm {
  @IsInstantText()
  now!: Instant;
}

/** Business time. */
interface BusinessTime {
  readonly now: Instant;
}

const errors = { 409: 'The clock is the machine’s.' };

@ApiTags('Sandbox')
@Controller('v1/sandbox/clock')
export class SandboxController {
  constructor(private readonly time: SandboxTime) {}

  @Route('GET', { summary: 'Tells business time', roles: ['operator'], errors })
  async read(): Promise<BusinessTime> {
    return { now: await this.time.now() };
  }

  @Route('PUT', {
    summary: 'Moves business time forward, running everything due on the way',
    roles: ['operator'],
    body: ClockForm,
    errors: { ...errors, 422: 'It would go back, or is no instant.' },
  })
  async move(@Body() { now }: ClockForm): Promise<BusinessTime> {
    return { now: await this.time.moveTo(now) };
  }
}
