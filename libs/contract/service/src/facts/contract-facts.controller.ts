import { Get, Param } from '@nestjs/common';
import { InternalController, notFoundProblem } from '@smartkey/http';
import type { ContractFacts } from '@smartkey/facts';
import { ContractFactsReader } from './contract-facts-reader.ts';

@InternalController('contracts')
export class ContractFactsController {
  constructor(private readonly facts: ContractFactsReader) {}

  @Get(':id/facts')
  async show(@Param('id') id: string): Promise<ContractFacts> {
    const facts = await this.facts.of(id);
    if (facts === undefined) throw notFoundProblem();
    return facts;
  }
}
