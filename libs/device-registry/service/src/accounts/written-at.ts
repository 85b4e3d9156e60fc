import type { HandledAccount } from '../log/account-handler.ts';

/** Where what was done to an account stands in the log. */
export const writtenAt = ({ revision, position }: HandledAccount) =>
  ({ revision, position, source: 'device-registry' }) as const;
