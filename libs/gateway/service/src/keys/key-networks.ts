import { isWithin, parseIpAddress, parseIpNetwork, ProblemException, validationFailed } from '@smartkey/http';

const NETWORK_NOT_ALLOWED = new ProblemException(
  403,
  'network-not-allowed',
  'This key is not taken from this network; see its allowedNetworks.',
);

const WIDER_THAN_MAKER = validationFailed([
  {
    pointer: '/allowedNetworks',
    rule: 'within-maker',
    detail: 'Each must lie in a network of the key that makes this one.',
  },
]);

/** A key is taken from its networks alone; one that has none, from everywhere. @throws ProblemException 403 */
export function mustBeTakenFrom(networks: readonly string[], address: string): void {
  if (networks.length === 0) return;
  const shown = parseIpAddress(address);
  if (shown === undefined || !networks.some((network) => isWithin(parseIpNetwork(network)!, shown)))
    throw NETWORK_NOT_ALLOWED;
}

/** Those of a new key in their one spelling. @throws ProblemException 422 where one lies outside of its maker's. */
export function networksWithin(makers: readonly string[], wanted: readonly string[]): readonly string[] {
  if (wanted.length === 0) return makers;
  const inner = wanted.map((network) => parseIpNetwork(network)!);
  const outer = makers.map((network) => parseIpNetwork(network)!);
  if (outer.length > 0 && !inner.every((each) => outer.some((network) => isWithin(network, each))))
    throw WIDER_THAN_MAKER;
  return [...new Set(inner.map(({ text }) => text))];
}
