/** What the screens of a populated system are about. */
export interface Populated {
  readonly contract: string;
  readonly applied: string;
  readonly account: string;
  readonly invoice: string;
  readonly run: string;
  readonly approval?: string;
  readonly exported?: string;
  /** Of the contract. */
  readonly person?: string;
  /** Of the office. */
  readonly officer?: string;
}

/** Every screen that an operator opens, by its address below `/portal`. */
export function operatorScreens({ contract, applied, account, invoice, run }: Populated): readonly string[] {
  const at = `/contracts/${contract}`;
  return [
    '/todo',
    '/start',
    '/contracts',
    '/contracts/new',
    '/contracts?awaits=terms',
    '/set-aside',
    `/contracts/${applied}`,
    `/contracts/${applied}/acceptance`,
    `/contracts/${applied}/rejection`,
    at,
    `${at}/plan`,
    `${at}/plan-change`,
    `${at}/cancellation`,
    `${at}/quotes/new`,
    `${at}/quotes/new?plan=service-provider`,
    `${at}/billing-start`,
    `${at}/withholding`,
    `${at}/conditions/3`,
    `${at}/denial-reasons`,
    `${at}/iij-id-contract`,
    `${at}/one-time-fees/new`,
    `${at}/applicant`,
    `${at}/ids`,
    `${at}/ids?status=suspended`,
    `${at}/ids/new`,
    `${at}/ids/${account}`,
    `${at}/ids/${account}/enrolment`,
    `${at}/ids/${account}/links/new`,
    `${at}/ids/${account}/release`,
    `${at}/ids/${account}/deregistration`,
    `${at}/imports`,
    `${at}/imports/new`,
    `${at}/billing`,
    `${at}/usage/2026-11`,
    `${at}/billing-profile`,
    `${at}/people`,
    `${at}/people/new`,
    `${at}/keys`,
    `${at}/keys/new`,
    `${at}/history`,
    '/runs',
    '/runs/new',
    '/parked',
    `/runs/${run}`,
    '/invoices',
    `/invoices/${invoice}`,
    `/invoices/${invoice}/lines/1`,
    `/invoices/${invoice}/credit-note`,
    `/invoices/${invoice}/delivery`,
    '/corrections',
    '/approvals',
    '/credit-notes',
    '/checkpoints?log=billing',
    '/exports',
    '/exports/new',
    '/settings',
    '/settings/issuer',
    '/settings/policy',
    '/settings/exports',
    '/settings/exports/common',
    '/settings/exports/freee',
    '/refused-files',
    '/mails',
    '/people',
    '/people/new',
    '/keys',
    '/keys/new',
    '/audit',
    `/audit/as-of?contract=${contract}`,
    '/status',
    '/status/restriction',
    '/sandbox',
    '/account',
    '/account/passkeys',
    '/account/email',
    `/account/address?token=${'A'.repeat(43)}`,
    '/step-up',
    '/components',
    '/nowhere',
  ];
}
