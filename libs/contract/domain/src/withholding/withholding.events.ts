import type { DomainEvent } from '@smartkey/kernel';

/** 第5条3項: the operator's act, never automatic. */
export type ServiceWithheld = DomainEvent<'ServiceWithheld', { readonly reason: string }>;
export type ServiceRestored = DomainEvent<'ServiceRestored', { readonly reason: string }>;

export type WithholdingEvent = ServiceWithheld | ServiceRestored;
