/** A number as it stands in a JSON text. */
export interface NumberInText {
  /** Keys and indexes from the top. */
  path: readonly string[];
  source: string;
}

/** A number that could lose digits: at least 16 of them, or an exponent. Nothing else has to be looked at. */
const SUSPICIOUS = /(?:^|[[:,\s])-?(?:(?:\d\.?){16}|\d+(?:\.\d+)?[eE])/;

/** One object or array that is open: the key, or the index, that is being read. */
interface Level {
  isArray: boolean;
  index: number;
  key: string;
}

/**
 * Gives every number of a JSON text with its place, in the order of the text. A key that comes twice is given twice.
 * @param text known to be valid JSON
 */
export function* numbersOf(text: string): Generator<NumberInText> {
  const levels: Level[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],]/g;
  let isKeyNext = false;
  for (let match = tokens.exec(text); match; match = tokens.exec(text)) {
    const [token] = match;
    const level = levels.at(-1);
    switch (token[0]) {
      case '{':
      case '[':
        levels.push({ isArray: token === '[', index: 0, key: '' });
        isKeyNext = token === '{';
        break;
      case '}':
      case ']':
        levels.pop();
        isKeyNext = false;
        break;
      case ',':
        if (level?.isArray) level.index += 1;
        else isKeyNext = true;
        break;
      case '"':
        if (isKeyNext && level) level.key = textOf(token);
        isKeyNext = false;
        break;
      default:
        yield {
          path: levels.map(({ isArray, index, key }) => (isArray ? String(index) : key)),
          source: token,
        };
    }
  }
}

function textOf(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    // Not valid JSON after all: the place has the name that it has in the text.
    return token;
  }
}

/** Digits without zeros at either end, and the power of ten of the last one: equal for equal numbers. */
function normal(source: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '0' : `${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}

/** True when a number comes out as it was written, after it has been a double. */
export function isExact(source: string): boolean {
  const value = Number(source);
  return Number.isFinite(value) && normal(source) === normal(String(value));
}

/**
 * The first number of a JSON text that would lose digits as a double, which is what every number becomes; undefined
 * when there is none. Costs next to nothing for a text without long numbers.
 * @param text known to be valid JSON
 * @param isExempt says of a place that its number is kept in another way, or may be rounded
 */
export function inexactNumber(
  text: string,
  isExempt: (path: readonly string[]) => boolean = () => false,
): NumberInText | undefined {
  if (!SUSPICIOUS.test(text)) return undefined;
  for (const number of numbersOf(text)) {
    if (!isExact(number.source) && !isExempt(number.path)) return number;
  }
  return undefined;
}

/** Says what is wrong with an {@link inexactNumber}. */
export function whyInexact({ source }: NumberInText): string {
  const shown = source.length > 40 ? `${source.slice(0, 40)}…` : source;
  const value = Number(source);
  const why = Number.isFinite(value) ? `would become ${value}` : 'is out of range';
  return `the number ${shown} ${why}, since numbers are doubles; send it as text`;
}
