/** A sum of decimal numbers, exact to the last digit. */
export class DecimalSum {
  private units = 0n;
  private scale = 0;

  /** @param text a `numeric` as PostgreSQL formats it */
  add(text: string): void {
    const [whole = '', fraction = ''] = text.split('.');
    const scale = Math.max(this.scale, fraction.length);
    const units = BigInt(whole + fraction) * 10n ** BigInt(scale - fraction.length);
    this.units = this.units * 10n ** BigInt(scale - this.scale) + units;
    this.scale = scale;
  }

  /** Without trailing zeros. */
  toString(): string {
    if (this.scale === 0) return this.units.toString();
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.scale + 1, '0');
    const fraction = digits.slice(-this.scale).replace(/0+$/, '');
    const whole = digits.slice(0, -this.scale);
    return `${this.units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  }
}
