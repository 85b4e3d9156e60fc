import { internalHeaders, unavailable } from '@smartkey/http';
import { isId, type ContractId } from '@smartkey/kernel';
import type { OwnerPort } from '../forwarding/owner-request.ts';

/** Which contracts there are: the contract service knows. */
export class ContractDirectory {
  constructor(
    private readonly contractService: OwnerPort,
    private readonly token: string,
  ) {}

  /** @throws ProblemException 503 where the contract service does not say. */
  async knows(contract: ContractId): Promise<boolean> {
    if (!isId('ctr', contract)) return false;
    const answer = await this.contractService.send({
      method: 'GET',
      target: `/internal/contracts/${contract}/facts`,
      headers: internalHeaders({ token: this.token }),
    });
    if (!Buffer.isBuffer(answer.body)) answer.body.resume();
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw unavailable();
  }
}
