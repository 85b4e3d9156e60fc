import type { ContractMessages } from './contract/contract.messages.ts';
import type { DeviceRegistryMessages } from './device-registry/device-registry.messages.ts';
import { TOPICS } from './topics.ts';

/** The messages of a service, told apart by their types. */
export type MessageOf<Messages> = {
  [T in keyof Messages]: { readonly type: T; readonly data: Messages[T] };
}[keyof Messages];

/** A message as the bus brings it. */
interface AnyMessage {
  readonly type: string;
  readonly data: unknown;
}

/** Whether this program knows the message. What one says was checked against the schema of its type when it was published. */
export const isContractMessage = (message: AnyMessage): message is MessageOf<ContractMessages> =>
  Object.hasOwn(TOPICS.contract.messages, message.type);

/** The same for messages of the device registry. */
export const isDeviceRegistryMessage = (message: AnyMessage): message is MessageOf<DeviceRegistryMessages> =>
  Object.hasOwn(TOPICS['device-registry'].messages, message.type);
