import type { InvoiceExported, MonthCloseEvent, ParkedContract } from '@smartkey/billing-domain';
import type { EventForms, Upcast } from '@smartkey/event-store';

/** Up to version 1 the event held every parked contract by name; the later ones say how many. */
const countParked: Upcast = (data) => {
  const { parked, counts, ...rest } = data as {
    readonly parked: readonly ParkedContract[];
    readonly counts: object;
  };
  return { ...rest, counts: { ...counts, parked: parked.length } };
};

/** The events of close runs as the log holds them. */
export const storedCloses: EventForms<MonthCloseEvent> = {
  CloseRequested: {},
  CloseFinished: { upcasts: [countParked] },
};

/** The events of exports. */
export const storedExports: EventForms<InvoiceExported> = { InvoiceExported: {} };
