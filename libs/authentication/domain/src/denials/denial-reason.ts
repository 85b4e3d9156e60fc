/** Why an authentication is denied, in the order in which the reasons are looked for. */
export const DENIAL_REASONS = [
  'contract_ended',
  'service_withheld',
  'not_authenticated',
  'id_suspended',
  'no_active_device',
  'locked',
  'code_already_used',
  'invalid_code',
] as const;
export type DenialReason = (typeof DENIAL_REASONS)[number];

/** What the caller is told: nothing but `not_authenticated` where the contract's setting hides reasons. */
export const toldReason = (reason: DenialReason, disclosed: boolean): DenialReason =>
  disclosed ? reason : 'not_authenticated';
