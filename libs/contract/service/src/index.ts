export { approvalHandler } from './approvals/approval-handler.ts';
export { contractService } from './contract.definition.ts';
export { auditedForms } from './log/audited-forms.ts';
export { contractHandler } from './log/contract-handler.ts';
