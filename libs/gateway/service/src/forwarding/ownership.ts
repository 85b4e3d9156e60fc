import type { ServiceName } from '@smartkey/event-bus';
import { readable } from '@smartkey/lifecycle';
import { isCanonicalPath } from './canonical-path.ts';

/** Who serves an address: a service, or the gateway itself. */
export type Owner = ServiceName | 'gateway';

/** By the first step of the path under /v1; everything else is the contract service's. */
const BY_FIRST: Readonly<Record<string, Owner>> = {
  enrolments: 'device-registry',
  devices: 'device-registry',
  authentications: 'authentication',
  challenges: 'authentication',
  device: 'authentication',
  billing: 'billing',
  invoices: 'billing',
  'invoices.zip': 'billing',
  exports: 'billing',
  proofs: 'billing',
  corrections: 'billing',
  'credit-notes': 'billing',
  keys: 'gateway',
  people: 'gateway',
  sessions: 'gateway',
  'sign-in': 'gateway',
  'step-up': 'gateway',
  me: 'gateway',
  links: 'gateway',
  self: 'device-registry',
  mails: 'gateway',
  status: 'gateway',
  sandbox: 'gateway',
  audit: 'gateway',
};

/** By the step behind /v1/contracts/{id}. */
const OF_A_CONTRACT: Readonly<Record<string, Owner>> = {
  ids: 'device-registry',
  imports: 'device-registry',
  enrolments: 'device-registry',
  devices: 'device-registry',
  authentications: 'authentication',
  successes: 'authentication',
  'ids.csv': 'device-registry',
  usage: 'billing',
  invoices: 'billing',
  corrections: 'billing',
  'billing-profile': 'billing',
  keys: 'gateway',
  people: 'gateway',
  openings: 'gateway',
};

const own = (table: Readonly<Record<string, Owner>>, name: string): Owner | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/**
 * The owner of a path under `/v1`, without its query.
 * @returns undefined for a path that no owner may ever see: another spelling than the canonical one, coded separators.
 */
export function ownerOf(path: string): Owner | undefined {
  if (!isCanonicalPath(path)) return undefined;
  const [root, version, ...coded] = path.split('/');
  if (root !== '' || version !== 'v1' || coded.length === 0) return undefined;
  const steps: string[] = [];
  for (const step of coded) {
    const plain = readable(() => decodeURIComponent(step), 'URIError');
    if (plain === undefined || /[/\\]/.test(plain)) return undefined;
    steps.push(plain);
  }
  // How users come in is the gateway's; what they then do with their ID is the registry's.
  if (steps[0] === 'self' && (steps[1] === 'proof' || steps[1] === 'report')) return 'gateway';
  if (steps[0] !== 'contracts') return own(BY_FIRST, steps[0]!) ?? 'contract';
  // Billing knows accounts by their ids alone; the gateway adds the external ids.
  if (steps[2] === 'usage' && steps[4] === 'accounts') return 'gateway';
  if (steps[2] === 'ids' && steps[4] === 'enrolment-links') return 'gateway';
  if (steps[2] === 'ids' && steps[4] === 'authentications') return 'authentication';
  return (steps[2] === undefined ? undefined : own(OF_A_CONTRACT, steps[2])) ?? 'contract';
}
