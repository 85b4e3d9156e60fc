import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ownerOf } from './ownership.ts';

/** Every route of the public surface, with the service whose controller describes it. */
const { paths } = JSON.parse(
  readFileSync(new URL('../../../../../docs/openapi.json', import.meta.url), 'utf8'),
) as { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>> };
const described = Object.entries(paths)
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, operations]) =>
    Object.values(operations).map(({ operationId }) => [path, operationId.split('.')[0]!] as const),
  );

describe('who serves an address', () => {
  it.each([
    ['/v1/contracts', 'contract'],
    ['/v1/contracts/ctr_1', 'contract'],
    ['/v1/contracts/ctr_1/cancellation/can_1', 'contract'],
    ['/v1/contracts/ctr_1/ids', 'device-registry'],
    ['/v1/contracts/ctr_1/ids/imports', 'device-registry'],
    ['/v1/contracts/ctr_1/imports/imp_1/results.csv', 'device-registry'],
    ['/v1/enrolments/enr_1/confirmation', 'device-registry'],
    ['/v1/devices/dev_1/revoke', 'device-registry'],
    ['/v1/authentications', 'authentication'],
    ['/v1/contracts/ctr_1/authentications', 'authentication'],
    ['/v1/contracts/ctr_1/ids/rid_1/authentications', 'authentication'],
    ['/v1/contracts/ctr_1/ids.csv', 'device-registry'],
    ['/v1/challenges/chl_1', 'authentication'],
    ['/v1/device/challenges', 'authentication'],
    ['/v1/contracts/ctr_1/usage/2018-01', 'billing'],
    ['/v1/contracts/ctr_1/usage/2018-01/accounts', 'gateway'],
    ['/v1/contracts/ctr_1/invoices/preview', 'billing'],
    ['/v1/billing/runs', 'billing'],
    ['/v1/invoices/IJ-1.pdf', 'billing'],
    ['/v1/invoices.zip', 'billing'],
    ['/v1/exports/exp_1/file', 'billing'],
    ['/v1/contracts/ctr_1/keys', 'gateway'],
    ['/v1/approvals/apr_1/approve', 'contract'],
    ['/v1/keys', 'gateway'],
    ['/v1/status', 'gateway'],
    ['/v1/audit/events', 'gateway'],
    ['/v1/sandbox/clock', 'gateway'],
    ['/v1/iij-id-contracts/%E3%81%82', 'contract'],
    ['/v1/constructor', 'contract'],
    ['/v1/contracts/ctr_1/__proto__', 'contract'],
  ])('%s: %s', (path, owner) => expect(ownerOf(path)).toBe(owner));

  it('every route that a service describes is forwarded to it', () => {
    expect(described.length).toBeGreaterThan(50);
    const strayed = described.filter(([path, owner]) => ownerOf(path.replace(/\{\w+\}/g, 'x_1')) !== owner);
    expect(strayed).toEqual([]);
  });

  it.each([
    '/v1/',
    '/v1//internal/log',
    '/v1/../internal/log',
    '/v1/%2e%2e/internal/log',
    '/v1/contracts/..%2f..%2finternal',
    '/v1/contracts/%5c..',
    '/v1/contracts/./x',
    '/v1/contracts/%zz',
    '/v1/contracts/ctr_1/%69ds',
    '/v1/%61uthentications',
    '/v1/authentications#x',
    '/v1/contracts/',
    '/v2/contracts',
    '/internal/log',
    'v1/contracts',
  ])('%s: nobody', (path) => expect(ownerOf(path)).toBeUndefined());
});
