import type { ContractState, Eligibility } from '@smartkey/contract-domain';
import { unavailable } from '@smartkey/http';
import { IijIdDirectoryUnavailableError, type IijIdDirectory } from '../iij-id/iij-id-directory.ts';

/** Whether the applicant may use the service (第3条). Only an open application is asked about. @throws ProblemException 503 */
export async function eligibilityOf(
  contract: ContractState,
  directory: IijIdDirectory,
): Promise<Eligibility> {
  if (contract.stage !== 'applied') return { eligible: true };
  const { iijIdContract } = contract.application;
  try {
    const active = await directory.activeAmong([iijIdContract]);
    return active.has(iijIdContract)
      ? { eligible: true }
      : { eligible: false, reason: 'the applicant holds no active IIJ ID service contract' };
  } catch (error) {
    if (error instanceof IijIdDirectoryUnavailableError)
      throw unavailable(
        'The directory of IIJ ID contracts cannot be reached now. Nothing was decided; try again.',
      );
    throw error;
  }
}
