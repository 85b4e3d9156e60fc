import { hashOf, ZERO_HASH } from '@smartkey/event-store';
import { systemActor, type RecordedEvent } from '@smartkey/kernel';

/** Events of some streams as a log would hold them, with the hashes that follow. */
export class MadeUpLog {
  readonly events: RecordedEvent[] = [];

  add(stream: string, type: string, data: object, version = 1): RecordedEvent {
    const before = this.events.filter((event) => event.stream === stream).at(-1);
    const revision = (before?.revision ?? -1) + 1;
    const at = '2018-01-05T03:00:00.000Z' as const;
    const made: RecordedEvent = {
      id: `00000000-0000-8000-8000-${String(this.events.length).padStart(12, '0')}`,
      type,
      version,
      data,
      metadata: {
        commandId: `cmd_${this.events.length}`,
        actor: systemActor('test'),
        termsVersion: '2018-01-01',
      },
      occurredAt: at,
      recordedAt: at,
      stream,
      revision,
      position: BigInt(this.events.length + 1),
      hash: '',
    };
    const event = { ...made, hash: hashOf(made, before?.hash ?? ZERO_HASH) };
    this.events.push(event);
    return event;
  }
}
