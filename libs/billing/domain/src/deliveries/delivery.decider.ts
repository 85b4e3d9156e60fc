import { byType, type Decider } from '@smartkey/kernel';
import {
  recordDelivered,
  recordDownload,
  recordRefused,
  requestDelivery,
  type DeliveryCommand,
} from './delivery.decide.ts';
import type { DeliveryEvent } from './delivery.events.ts';
import { evolveDeliveries, type Deliveries } from './delivery.state.ts';

/** How one document reached the contractor. */
export const documentDeliveries: Decider<Deliveries, DeliveryCommand, DeliveryEvent> = {
  initial: [],
  evolve: evolveDeliveries,
  decide: byType({
    Request: requestDelivery,
    RecordDelivered: recordDelivered,
    RecordRefused: recordRefused,
    RecordDownload: recordDownload,
  }),
};
