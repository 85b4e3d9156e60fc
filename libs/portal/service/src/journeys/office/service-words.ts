import { calledIfKnown, type Words } from '../../visit/language.ts';

/** Whose logs there are. */
export const LOGS = ['contract', 'device-registry', 'authentication', 'billing', 'gateway'] as const;

/** What people call the part of the service that keeps a log. */
export const serviceText = calledIfKnown({
  contract: ['契約', 'Contracts'],
  'device-registry': ['IDと端末', 'IDs and devices'],
  authentication: ['認証', 'Authentication'],
  billing: ['請求', 'Billing'],
  gateway: ['担当者', 'People'],
} satisfies Readonly<Record<(typeof LOGS)[number], Words>>);
