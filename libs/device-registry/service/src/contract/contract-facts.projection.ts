import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import { factsProjection, type FactsFolding } from '@smartkey/projections';

/** Prices, fees and persons are none of the registry's business. */
function pruned({ recipient: _recipient, ...facts }: ContractFacts): ContractFacts {
  return { ...facts, quotes: [], fees: [] };
}

export const contractFolding: FactsFolding<ContractFacts> = {
  source: 'contract',
  streamPrefix: 'contract-',
  initial: noContractFacts,
  fold: (facts, message) => pruned(foldContractFacts(facts, message)),
};

/** What the registry holds of contracts: accepted when, ending when. */
export const contractFactsProjection = factsProjection({
  ...contractFolding,
  name: 'contract-facts',
  version: 1,
});
