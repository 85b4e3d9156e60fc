import type { TaxCodeMessage } from './document.messages.ts';

/** Documents that a finished export took. */
export interface ExportClaimMessage {
  readonly month?: string;
  readonly since?: string;
  /** Number of the last one in the order of issue. */
  readonly last: string;
}

/** Which documents an export takes. */
export interface ExportSelectionMessage {
  /** Missing: of any month. */
  readonly month?: string;
  /** A day, or `last`: what no export of the format had taken before. */
  readonly since?: string;
  /** Only documents behind this one. */
  readonly after?: string;
  /** But for those that these have taken. */
  readonly except?: readonly ExportClaimMessage[];
}

/** What a file comes to: equal to the tax rows of its documents to the yen. */
export interface ControlTotalsMessage {
  readonly documents: number;
  readonly lines: number;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly rates: readonly {
    readonly taxCode: TaxCodeMessage;
    readonly rate?: string;
    readonly net: string;
    readonly tax: string;
    readonly gross: string;
  }[];
}
