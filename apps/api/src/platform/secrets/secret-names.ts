import { SECRET_MASK } from '@moolai/contracts';

/** Words that mark a name as secret anywhere in it: `user_password`, `accessToken`. */
const SECRET_WORDS = new Set([
  'password',
  'passwords',
  'pwd',
  'passwd',
  'passphrase',
  'secret',
  'secrets',
  'token',
  'credential',
  'credentials',
  'authorization',
  'cookie',
  'apikey',
  'apikeys',
  'bearer',
  'dsn',
]);

/** Last words that describe a secret without being one: `token_id`, `password_changed_at`. */
const HARMLESS_ENDINGS = new Set(['id', 'ids', 'type', 'name', 'count', 'limit', 'at', 'sec', 'changed']);

/** Whole names of fields that contain credentials although no word says so. */
const SECRET_NAMES = /^(database_url|redis_url|environment_variables|set_cookie)$/;

/** Key names that are secret with any prefix: `openai_api_key`. */
const SECRET_KEYS = /(^|_)(api|access|private|secret|signing|encryption|master|ssh)_keys?$/;
/** Tokens that are credentials, unlike the counts `max_tokens` and `input_tokens`. */
const SECRET_TOKENS = /(^|_)(access|refresh|auth|api|bearer|id|session)_tokens$/;

const known = new Map<string, boolean>();
const MAX_KNOWN = 1_000;

/** True for the name of a field whose value must not appear in the log or the audit log. */
export function isSecretName(name: string): boolean {
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const joined = words.join('_');
  const isSecret =
    [SECRET_NAMES, SECRET_KEYS, SECRET_TOKENS].some((pattern) => pattern.test(joined)) ||
    (words.some((word) => SECRET_WORDS.has(word)) && !HARMLESS_ENDINGS.has(words.at(-1) ?? ''));
  // Limits the cache, because clients choose the names.
  if (known.size < MAX_KNOWN) known.set(name, isSecret);
  return isSecret;
}

/** Every part has a limit, so that no text takes long. */
const URL_CREDENTIALS = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#]{1,1024}@/gi;

/** Removes the user and password from URLs in a text. */
export function withoutUrlPasswords(text: string): string {
  return text.includes('://') ? text.replace(URL_CREDENTIALS, `$1${SECRET_MASK}@`) : text;
}
