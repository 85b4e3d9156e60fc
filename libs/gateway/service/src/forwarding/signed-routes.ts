/** What may take two persons (rules: Two persons): to ask for it, and to decide it. `{}` stands for a step of the path. */
const SIGNED = [
  'POST /v1/contracts/{}/quotes',
  'POST /v1/contracts/{}/plan-changes/{}/acceptance',
  'PUT /v1/contracts/{}/billing-start-date',
  'DELETE /v1/contracts/{}/one-time-fees/{}',
  'POST /v1/invoices/{}/credit-notes',
  'POST /v1/approvals/{}/approve',
  'POST /v1/approvals/{}/reject',
].map((route) => new RegExp(`^${route.replaceAll('{}', '[^/]+')}$`));

/** Whether the owner of a route must know who is behind the key. It costs a look at the key's descent: not on every request. */
export const isSigned = (method: string, path: string): boolean =>
  SIGNED.some((route) => route.test(`${method} ${path}`));
