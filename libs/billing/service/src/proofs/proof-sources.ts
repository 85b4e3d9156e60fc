import type { ServiceName } from '@smartkey/event-bus';
import { PeerUnavailableError, type ServiceParts } from '@smartkey/runtime';
import type { ProofPart, ProofPartAsked, WitnessedLog } from '@smartkey/transparency';

/** Asks services for what proofs show of their logs; billing's own straight. */
export class ProofSources {
  constructor(private readonly parts: Pick<ServiceParts, 'peers' | 'logWitnessed' | 'proofPart'>) {}

  /** @returns undefined where no witness has seen the log. @throws PeerUnavailableError */
  async witnessed(source: ServiceName, position: bigint): Promise<WitnessedLog | undefined> {
    if (source === 'billing') return this.parts.logWitnessed(position);
    const { status, body } = await this.parts.peers.call(source, {
      method: 'GET',
      path: `/internal/log/checkpoints/witnessed?position=${position}`,
    });
    return status === 200 ? (body as WitnessedLog) : undefined;
  }

  /** @throws PeerUnavailableError, also where the log does not show what was covered a moment ago. */
  async part(source: ServiceName, asked: ProofPartAsked): Promise<ProofPart> {
    if (source === 'billing') return this.parts.proofPart(asked);
    const { status, body } = await this.parts.peers.call(source, {
      method: 'POST',
      path: '/internal/log/checkpoints/proof-part',
      body: asked,
    });
    if (status !== 200) throw new PeerUnavailableError(source, `a part of a proof was answered ${status}`);
    return body as ProofPart;
  }
}
