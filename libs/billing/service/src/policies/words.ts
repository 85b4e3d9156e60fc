export const YEN_ROUNDINGS = ['floor', 'ceil', 'halfUp'] as const;

export const ON_HOLIDAY = ['next-banking-day', 'previous-banking-day', 'unmoved'] as const;
