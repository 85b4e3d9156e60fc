// How a one-time fee is taxed (第7条): at the standard rate of its day, or not at all.
// This is no doc comment, for the schemas of the messages would take that in, and theirs are frozen without it.
export type FeeTaxCode = 'standard' | 'out-of-scope';
