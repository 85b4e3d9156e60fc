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

/** What a contract may wait for the operator with. */
export const AWAITED = ['plan-change', 'terms'] as const;
export type Awaited = (typeof AWAITED)[number];
