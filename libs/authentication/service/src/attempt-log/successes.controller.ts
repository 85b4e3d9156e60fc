import { Controller, Query } from '@nestjs/common';
import type { JstDay } from '@smartkey/calendar';
import { ApiTags, IdParam, IsJstDay, Route } from '@smartkey/http';
import type { ContractId } from '@smartkey/kernel';
import { Successes, type SuccessesOfDay } from './successes.ts';

class SuccessesQuery {
  @IsJstDay({ description: 'The day in Japan.' })
  day!: JstDay;
}

@ApiTags('authentication')
@Controller('v1/contracts/:id')
export class SuccessesController {
  constructor(private readonly successes: Successes) {}

  @Route('GET successes', {
    summary: 'Counts the successful authentications of a day by hour',
    description: 'Counts alone: who signed in, the list of authentications tells.',
    roles: ['operator', 'contractor', 'finance', 'auditor'],
    right: 'read',
    contract: 'id',
    errors: { 404: 'There is no such contract.', 422: 'The day is not as it must be.' },
  })
  ofDay(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() { day }: SuccessesQuery,
  ): Promise<SuccessesOfDay> {
    return this.successes.ofDay(contract, day);
  }
}
