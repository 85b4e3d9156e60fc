import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import type { FactsFolding } from '@smartkey/projections';

/** Prices, fees and persons are none of the registry's business. */
function pruned({ recipient: _recipient, ...facts }: ContractFacts): ContractFacts {
  return { ...facts, quotes: [], fees: [] };
}

/** What the registry holds of contracts: accepted when, in which plan by month, ending when. */
export const contractFolding: FactsFolding<ContractFacts> = {
  source: 'contract',
  streamPrefix: 'contract-',
  initial: noContractFacts,
  fold: (facts, message) => pruned(foldContractFacts(facts, message)),
};
