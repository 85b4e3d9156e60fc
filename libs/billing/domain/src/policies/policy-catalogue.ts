import { isServiceMonth } from '@smartkey/calendar';
import { isJsonObject, invalid, ok, type Rejection, type Result } from '@smartkey/kernel';
import { DEFAULT_POLICIES, type BillingPolicy, type PolicyCatalogue } from './billing-policy.ts';

const ROUNDINGS: readonly unknown[] = ['floor', 'ceil', 'halfUp'];
const MOST_MONTHS_AFTER = 24;
const ON_HOLIDAY: readonly unknown[] = ['next-banking-day', 'previous-banking-day', 'unmoved'];

function whatIsWrong(entry: unknown): string | undefined {
  if (!isJsonObject(entry)) return 'is not an object';
  if (typeof entry['version'] !== 'string' || !/^[\w.-]{1,32}$/.test(entry['version']))
    return 'needs a version of at most 32 letters, digits, dots and dashes';
  if (typeof entry['from'] !== 'string' || !isServiceMonth(entry['from']))
    return 'needs a service month "from"';
  for (const field of ['yenRounding', 'taxRounding'])
    if (entry[field] !== undefined && !ROUNDINGS.includes(entry[field]))
      return `has a ${field} other than floor, ceil and halfUp`;
  const term = entry['paymentTerm'];
  if (term === undefined) return undefined;
  const after = isJsonObject(term) ? term['monthsAfter'] : undefined;
  if (
    !isJsonObject(term) ||
    !Number.isInteger(after) ||
    Number(after) < 0 ||
    Number(after) > MOST_MONTHS_AFTER
  )
    return `has a paymentTerm without a whole number of monthsAfter, 0 to ${MOST_MONTHS_AFTER}`;
  return ON_HOLIDAY.includes(term['onHoliday']) ? undefined : 'has an unknown paymentTerm.onHoliday';
}

/**
 * The catalogue with the operator's own entries behind the default one; what an entry does not name is as in the entry
 * before it. Refused: entries out of order, a version used twice.
 */
export function policyCatalogue(entries: readonly unknown[]): Result<PolicyCatalogue, Rejection> {
  const catalogue: BillingPolicy[] = [...DEFAULT_POLICIES];
  for (const [index, entry] of entries.entries()) {
    const wrong = whatIsWrong(entry);
    if (wrong !== undefined) return invalid('invalid-policy', `Billing policy ${index + 1} ${wrong}.`);
    const policy = { ...catalogue.at(-1)!, ...(entry as Partial<BillingPolicy> & { version: string }) };
    if (policy.from <= catalogue.at(-1)!.from)
      return invalid('invalid-policy', `Billing policy ${index + 1} does not begin after the one before it.`);
    if (catalogue.some(({ version }) => version === policy.version))
      return invalid('invalid-policy', `Billing policy version ${policy.version} is used twice.`);
    catalogue.push(policy);
  }
  return ok(catalogue);
}
