import type { ServiceName } from '@smartkey/event-bus';
import type { ProvedLog } from '@smartkey/transparency';
import { INPUTS } from '../completeness/completeness.ts';
import { PeerUnavailableError, type Peers } from '../service-definition.ts';

/**
 * Logs that are not what was signed of them, or of which what was kept outside is gone: the own one and those that the service reads. Who does not answer
 * says nothing; what is to be read of it waits by itself.
 */
export async function contradictedLogs({
  service,
  proved,
  peers,
}: {
  readonly service: ServiceName;
  readonly proved: Pick<ProvedLog, 'doubt'>;
  readonly peers: Peers;
}): Promise<readonly ServiceName[]> {
  const own = (await proved.doubt()) === undefined ? [] : [service];
  const others = INPUTS[service].filter((source) => source !== service);
  const told = await Promise.all(others.map((source) => isContradicted(peers, source)));
  return [...own, ...others.filter((_, n) => told[n])];
}

async function isContradicted(peers: Peers, source: ServiceName): Promise<boolean> {
  try {
    const path = '/internal/log/checkpoints/doubt';
    const { status, body } = await peers.call(source, { method: 'GET', path });
    return status === 200 && typeof (body as { readonly fault?: unknown }).fault === 'string';
  } catch (error) {
    if (error instanceof PeerUnavailableError) return false;
    throw error;
  }
}
