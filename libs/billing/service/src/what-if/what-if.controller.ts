import type { ContractId } from '@smartkey/kernel';
import { Body, HttpCode, Post } from '@nestjs/common';
import { InternalController, IdParam } from '@smartkey/http';
import type { WhatIfAnswer, WhatIfAsked } from '@smartkey/messages';
import { WhatIf } from './what-if.ts';

@InternalController('contracts')
export class WhatIfController {
  constructor(private readonly whatIf: WhatIf) {}

  @Post(':contract/what-if')
  @HttpCode(200)
  rate(@IdParam('contract', 'ctr') contract: ContractId, @Body() asked: WhatIfAsked): Promise<WhatIfAnswer> {
    return this.whatIf.rate(contract, asked);
  }
}
