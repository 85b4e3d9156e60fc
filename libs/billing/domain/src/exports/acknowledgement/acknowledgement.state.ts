import type { JstDay } from '@smartkey/calendar';
import type { Fact } from '@smartkey/kernel';
import type { ExportAcknowledged } from './acknowledgement.events.ts';

/** What an ERP said of a file, or of a document in it. */
export interface Receipt {
  readonly on: JstDay;
  readonly externalId?: string;
}

export interface Acknowledgement {
  readonly file?: Receipt;
  /** By number. */
  readonly documents: Readonly<Record<string, Receipt>>;
}

export const notAcknowledged: Acknowledgement = { documents: {} };

export function evolveAcknowledgement(
  state: Acknowledgement,
  { data: { on, file, externalId, items } }: Fact<ExportAcknowledged>,
): Acknowledgement {
  const told = items.map((item) => [item.number, { on, externalId: item.externalId }] as const);
  const receipt = { on, ...(externalId !== undefined && { externalId }) };
  return {
    ...(file ? { file: receipt } : state.file && { file: state.file }),
    documents: { ...state.documents, ...Object.fromEntries(told) },
  };
}
