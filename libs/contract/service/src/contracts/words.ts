import type { ContractStatus } from '@smartkey/contract-domain';
import type { Plan } from '@smartkey/terms';

/** 品目 (第1条). */
export const PLANS = ['enterprise', 'service-provider'] as const satisfies readonly Plan[];
export const STATUSES = [
  'applied',
  'rejected',
  'withdrawn',
  'accepted',
  'in-service',
  'terminated',
] as const satisfies readonly ContractStatus[];
