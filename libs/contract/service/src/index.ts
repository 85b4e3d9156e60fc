export { contractService } from './contract.service.ts';
export { contractHandler } from './contracts/contract-log.ts';
