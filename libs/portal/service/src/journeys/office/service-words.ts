import type { Told } from '../../visit/language.ts';

/** Whose logs there are. */
export const LOGS = ['contract', 'device-registry', 'authentication', 'billing', 'gateway'] as const;

const WORDS: Readonly<Record<(typeof LOGS)[number], readonly [string, string]>> = {
  contract: ['契約', 'Contracts'],
  'device-registry': ['IDと端末', 'IDs and devices'],
  authentication: ['認証', 'Authentication'],
  billing: ['請求', 'Billing'],
  gateway: ['担当者', 'People'],
};

/** What people call the part of the service that keeps a log. */
export function serviceText(service: string, t: Told): string {
  const known = LOGS.find((each) => each === service);
  return known === undefined ? service : t(...WORDS[known]);
}
