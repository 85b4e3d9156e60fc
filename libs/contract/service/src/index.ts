export { contractService, contractServiceWith } from './contract.service.ts';
