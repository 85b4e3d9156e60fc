import type { ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import type { Logger } from 'pino';
import type { Peers } from '../service-definition.ts';

/** A wish that is no further than the last one is passed on again after so long (system time). */
const AGAIN_MILLIS = 500;

/**
 * Passes on to other services that their watermarks are waited for (`POST /internal/watermark/wanted`). Nobody waits for the answer: where
 * it fails the watermark comes later, by itself, and who waits on says so again.
 */
export class WantedWatermarks {
  readonly #said = new Map<ServiceName, { readonly instant: Instant; readonly at: number }>();

  constructor(
    private readonly peers: Peers,
    private readonly log: Logger,
  ) {}

  want(source: ServiceName, instant: Instant): void {
    const said = this.#said.get(source);
    const now = performance.now();
    if (said !== undefined && now - said.at < AGAIN_MILLIS && said.instant >= instant) return;
    this.#said.set(source, { instant, at: now });
    this.peers
      .call(source, { method: 'POST', path: '/internal/watermark/wanted', body: { instant } })
      .catch((error: unknown) =>
        this.log.debug({ err: error, source }, 'a watermark could not be asked for'),
      );
  }
}
