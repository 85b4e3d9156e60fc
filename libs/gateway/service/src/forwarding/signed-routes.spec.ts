import { describe, expect, it } from '@jest/globals';
import { isSigned } from './signed-routes.ts';

describe('Two persons: of whom the owner of a route is told who is behind the key', () => {
  it.each([
    ['POST', '/v1/contracts/ctr_1/quotes'],
    ['PUT', '/v1/contracts/ctr_1/billing-start-date'],
    ['DELETE', '/v1/contracts/ctr_1/one-time-fees/fee_1'],
    ['POST', '/v1/invoices/SK-000001/credit-notes'],
    ['POST', '/v1/approvals/apr_1/approve'],
    ['POST', '/v1/approvals/apr_1/reject'],
  ])('%s %s', (method, path) => expect(isSigned(method, path)).toBe(true));

  it.each([
    ['GET', '/v1/contracts/ctr_1/quotes'],
    ['POST', '/v1/contracts/ctr_1/one-time-fees'],
    ['POST', '/v1/contracts/ctr_1/quotes/quo_1'],
    ['POST', '/v1/authentications'],
    ['GET', '/v1/approvals'],
  ])('not %s %s', (method, path) => expect(isSigned(method, path)).toBe(false));
});
