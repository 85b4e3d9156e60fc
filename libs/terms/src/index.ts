// The terms of service as code, once, by article: pure, and the only home of what several contexts read alike.
export * from './billing-window/billing-window.ts';
export * from './cancellation/notice-period.ts';
export * from './fees/fee-tax-code.ts';
export * from './late-facts/month-basis.ts';
export * from './late-facts/occurrence.ts';
export * from './plans/plan.ts';
export * from './plans/plan-by-month.ts';
export * from './quotes/governing-quote.ts';
export * from './quotes/price-model.ts';
export * from './quotes/quote.ts';
export * from './two-persons/proposal.ts';
export * from './two-persons/second-person.ts';
export * from './versions/terms-catalogue.ts';
