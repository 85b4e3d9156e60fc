import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent } from '@smartkey/kernel';

/** The contractor holds no IIJ ID contract any more (第3条). Shown to the operator; it ends nothing by itself. */
export type IijIdContractLost = DomainEvent<'IijIdContractLost', { readonly on: JstDay }>;
export type IijIdContractRegained = DomainEvent<'IijIdContractRegained', { readonly on: JstDay }>;

export type IijIdEvent = IijIdContractLost | IijIdContractRegained;
