import type { ContractId } from '@smartkey/kernel';
import { Get } from '@nestjs/common';
import { InternalController, orNotFound, IdParam } from '@smartkey/http';
import type { ContractFacts } from '@smartkey/facts';
import { ContractFactsReader } from './contract-facts-reader.ts';

@InternalController('contracts')
export class ContractFactsController {
  constructor(private readonly facts: ContractFactsReader) {}

  @Get(':id/facts')
  async show(@IdParam('id', 'ctr') id: ContractId): Promise<ContractFacts> {
    return orNotFound(await this.facts.of(id));
  }
}
