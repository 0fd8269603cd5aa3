import { isSecretName } from './secret-names.js';

describe('isSecretName', () => {
  it.each([
    'password',
    'current_password',
    'passwordHash',
    'token',
    'accessToken',
    'token_hash',
    'Authorization',
    'cookie',
    'Set-Cookie',
    'client_secret',
    'apiKey',
    'API_KEY',
    'private_key',
    'database_url',
    'databaseUrl',
    'redis_url',
    'environment_variables',
    'environmentVariables',
    'credentials',
  ])('takes %s for one', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'max_tokens',
    'input_tokens',
    'token_id',
    'token_type',
    'password_changed_at',
    'api_token_name',
    'name',
    'internal_url',
    'key',
    'monkey',
    'tokenizer',
    '',
  ])('does not take %s for one', (name) => expect(isSecretName(name)).toBe(false));
});
