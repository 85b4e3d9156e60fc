// Told to nobody who reads the messages: their frozen schemas hold no words on it.
// How a one-time fee is taxed (第7条): at the standard rate of its day, or not at all.
export type FeeTaxCode = 'standard' | 'out-of-scope';
