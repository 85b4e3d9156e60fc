import { Body, Controller, Param } from '@nestjs/common';
import {
  EVERYBODY,
  ApiTags,
  Command,
  IsText,
  IsTrueOrFalse,
  Route,
  validationFailed,
  written,
  type CommandContext,
  type Written,
} from '@smartkey/http';
import type { RestrictionChange } from './restriction-store.ts';
import { Restrictions, type ServiceStatus } from './restrictions.ts';

class RestrictionForm {
  @IsTrueOrFalse()
  active!: boolean;

  @IsText({
    max: 500,
    optional: true,
    multiline: true,
    description: 'What is restricted, for customers to read.',
  })
  detail?: string;
}

function nameOf(name: string): string {
  if (/^[a-z][a-z0-9-]{0,63}$/.test(name)) return name;
  throw validationFailed([
    {
      pointer: '/name',
      rule: 'pattern',
      detail: 'A restriction is named in lower case, digits and hyphens.',
    },
  ]);
}

@ApiTags('Operations')
@Controller('v1/status')
export class StatusController {
  constructor(private readonly restrictions: Restrictions) {}

  @Route('GET', {
    summary: 'Tells which functions are restricted now (第9条)',
    roles: EVERYBODY,
    right: 'read',
  })
  status(): Promise<ServiceStatus> {
    return this.restrictions.status();
  }

  @Route('GET restrictions/:name', {
    summary: 'Lists what was declared and lifted under a name, by whom and when',
    roles: ['operator', 'auditor'],
  })
  async history(@Param('name') name: string): Promise<{ items: readonly RestrictionChange[] }> {
    return { items: await this.restrictions.history(nameOf(name)) };
  }

  @Route('PUT restrictions/:name', {
    summary: 'Declares or lifts a restriction (第9条)',
    roles: ['operator'],
    body: RestrictionForm,
    write: true,
    errors: { 409: 'If-Match is stale.', 422: 'A field is broken.' },
  })
  async set(
    @Param('name') name: string,
    @Body() form: RestrictionForm,
    @Command() command: CommandContext,
  ): Promise<Written<RestrictionChange>> {
    const change = await this.restrictions.set(nameOf(name), form, command);
    return written(change, { revision: change.revision });
  }
}
