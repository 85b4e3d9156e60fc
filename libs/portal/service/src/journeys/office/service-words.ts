import type { Told } from '../../visit/language.ts';

const SERVICES: Readonly<Record<string, readonly [string, string]>> = {
  contract: ['契約', 'Contracts'],
  'device-registry': ['IDと端末', 'IDs and devices'],
  authentication: ['認証', 'Authentication'],
  billing: ['請求', 'Billing'],
  gateway: ['担当者', 'People'],
};

/** What people call the part of the service that keeps a log. */
export function serviceText(service: string, t: Told): string {
  const known = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  return known === undefined ? service : t(...known);
}
