import type { RecordedEvent } from '@smartkey/kernel';
import { publishedLogEvent } from '@smartkey/transparency';
import type { PublishedEvent, ServiceDefinition } from '../service-definition.ts';

/** How the events of a service's log are published: its own by the service, and what the log says of itself alike in all logs. */
export const publishedBy =
  ({ publish }: Pick<ServiceDefinition, 'publish'>) =>
  (event: RecordedEvent): PublishedEvent =>
    publishedLogEvent(event) ?? publish(event);
