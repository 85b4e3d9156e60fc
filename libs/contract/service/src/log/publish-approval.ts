import type { ApprovalEvent } from '@smartkey/contract-domain';
import { onlyFields, type ContractId, type NewEvent } from '@smartkey/kernel';
import { TOPICS, type ApprovalMessages, type ApprovalMessageType } from '@smartkey/messages';
import type { PublishedEvent, PublishedForms } from '@smartkey/runtime';
import { publishContractEvent } from './publish.ts';

/** What is published of each event: what it is about, not what was asked for in which words by whom. */
const PUBLISHED: PublishedForms<ApprovalEvent, ApprovalMessages> = {
  ChangeProposed: ({ approval, change, affects }) => ({ approval, kind: change.kind, affects }),
  ChangeApproved: onlyFields('approval'),
  ChangeRejected: onlyFields('approval', 'cause'),
};

type Stored = Pick<NewEvent, 'type' | 'version' | 'data'> & { readonly stream: string };

/** Pure: what is published of any event of the contract service's log. */
export function publishEvent(event: Stored): PublishedEvent {
  if (!Object.hasOwn(PUBLISHED, event.type)) return publishContractEvent(event);
  const type = event.type as ApprovalMessageType;
  const published = PUBLISHED[type] as (data: object) => object;
  const { contract } = event.data as { readonly contract: ContractId };
  return { type, version: TOPICS.contract.messages[type], contract, data: published(event.data) };
}
