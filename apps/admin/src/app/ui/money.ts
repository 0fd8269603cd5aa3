/** Formats a decimal amount in dollars: "$1,204.50", "$0.0042". */
export function dollars(amount: string): string {
  const value = Number(amount);
  if (Number.isNaN(value)) return amount;
  const digits = value !== 0 && Math.abs(value) < 0.01 ? 4 : 2;
  return value.toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
