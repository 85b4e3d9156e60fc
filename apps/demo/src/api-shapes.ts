/** The parts of the public surface's answers that the demo reads. */
export interface Created {
  readonly id: string;
}

export interface ImportProgress {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

export interface Enrolment {
  readonly id: string;
  readonly otpauthUri: string;
}

export interface AuthenticationAnswer {
  readonly result: 'success' | 'denied';
  readonly reason?: string;
}

export interface ClosingRun {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'completed' | 'partial';
  readonly contracts: {
    readonly total: number;
    readonly issued: number;
    readonly nothingDue: number;
    readonly parked: number;
  };
}

export interface InvoiceLine {
  readonly n: number;
  readonly item: string;
  readonly description: string;
  readonly quantity?: string;
  readonly unitPrice?: string;
  readonly amount: string;
}

export interface Invoice {
  readonly number: string;
  readonly contract: string;
  readonly month: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly recipient: { readonly name: string };
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly {
    readonly taxCode: string;
    readonly rate: string;
    readonly taxable: string;
    readonly tax: string;
  }[];
  readonly net: string;
  readonly tax: string;
  readonly total: string;
}

export interface IssuerData {
  readonly name: string;
  readonly registrationNumber: string;
}
