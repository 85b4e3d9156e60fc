import { AskedService } from '../forwarding/asked-service.ts';
import { isId, type ContractId } from '@smartkey/kernel';
import type { OwnerPort } from '../forwarding/owner-request.ts';

/** Which contracts there are: the contract service knows. */
export class ContractLookup {
  private readonly contractService: AskedService;

  constructor(contractService: OwnerPort, token: string) {
    this.contractService = new AskedService(contractService, token);
  }

  /** @throws ProblemException 503 where the contract service does not say. */
  async knows(contract: ContractId): Promise<boolean> {
    if (!isId('ctr', contract)) return false;
    const path = `/internal/contracts/${contract}/facts`;
    return (await this.contractService.find({ path })) !== undefined;
  }
}
