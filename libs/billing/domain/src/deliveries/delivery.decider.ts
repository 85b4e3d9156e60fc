import type { Decider } from '@smartkey/kernel';
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
  decide(command, state) {
    switch (command.type) {
      case 'Request':
        return requestDelivery(command, state);
      case 'RecordDelivered':
        return recordDelivered(command, state);
      case 'RecordRefused':
        return recordRefused(command, state);
      case 'RecordDownload':
        return recordDownload(command, state);
    }
  },
};
