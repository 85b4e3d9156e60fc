/**
 * Whether a text is the registration number of a company as qualified invoice issuer: T and 13 digits, of which the first
 * is the check digit of the 法人番号: 9 − (Σ Pn × Qn mod 9), Pn the n-th digit from the right, Qn 1 for odd n and 2 for even.
 * None at all is none.
 */
export function isRegistrationNumber(text: string | null | undefined): text is string {
  if (text === null || text === undefined || !/^T[1-9]\d{12}$/.test(text)) return false;
  const digits = [...text.slice(2)].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 2), 0);
  return Number(text[1]) === 9 - (sum % 9);
}
