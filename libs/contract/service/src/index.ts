export { contractService } from './contract.definition.ts';
export { contractHandler } from './log/contract-handler.ts';
