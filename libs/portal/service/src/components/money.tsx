/** A decimal as people read it: 12,345 or 0.903; its digits as they are, only parted by threes. */
export function numberText(decimal: string | number): string {
  const [whole, fraction] = String(decimal).split('.');
  const parted = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ',').replace(/^-/, '−');
  return fraction === undefined ? parted : `${parted}.${fraction}`;
}

/** Yen: 12,345円. */
export const yenText = (amount: string): string => `${numberText(amount)}円`;

export const Amount = ({ value }: { readonly value: string | number }) => (
  <span class="number">{numberText(value)}</span>
);
