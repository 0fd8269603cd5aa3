/** A number as written in a JSON text. */
export interface NumberInText {
  /** Keys and indexes from the root. */
  path: readonly string[];
  source: string;
}

/** Matches numbers that could lose digits: at least 16 digits, or an exponent. Only texts that match are parsed. */
const SUSPICIOUS = /(?:^|[[:,\s])-?(?:(?:\d\.?){16}|\d+(?:\.\d+)?[eE])/;

/** An open object or array, with the key or index being read. */
interface Level {
  isArray: boolean;
  index: number;
  key: string;
}

/**
 * Yields every number of a JSON text with its path, in the order of the text. A duplicate key is yielded twice.
 * @param text valid JSON
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
    // Not valid JSON: use the key as written.
    return token;
  }
}

/** Digits without leading and trailing zeros, and the exponent of the last digit: equal for equal numbers. */
function normal(source: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '0' : `${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}

/** True when a number keeps its value as a double. */
export function isExact(source: string): boolean {
  const value = Number(source);
  return Number.isFinite(value) && normal(source) === normal(String(value));
}

/**
 * Returns the first number of a JSON text that would lose digits when parsed as a double; undefined if there is none.
 * Cheap for texts without long numbers.
 * @param text valid JSON
 * @param isExempt true for the path of a number that is kept in another way or may be rounded
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

/** Explains an {@link inexactNumber} to a person. */
export function whyInexact({ source }: NumberInText): string {
  const shown = source.length > 40 ? `${source.slice(0, 40)}…` : source;
  const value = Number(source);
  const why = Number.isFinite(value) ? `would become ${value}` : 'is out of range';
  return `the number ${shown} ${why}, since numbers are doubles; send it as text`;
}
