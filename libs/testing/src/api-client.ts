import { readFileSync } from 'node:fs';
import {
  API,
  urlOf,
  type ErrorEnvelope,
  type Operation,
  type PathNames,
  type SuccessEnvelope,
} from '@moolai/contracts';

/** What the client reads about an operation in docs/openapi.json. */
interface Documented {
  operationId: string;
  requestBody?: object;
  parameters?: { in: string }[];
  responses: Record<string, unknown>;
}

const { paths } = JSON.parse(
  readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Record<string, Documented>> };
const DOCUMENTED = new Map(
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map((operation) => [operation.operationId, operation]),
);

/** An answer: `data` is present after a success, `error` after a refusal. */
export interface ApiAnswer<Data> {
  status: number;
  headers: Record<string, string>;
  etag: string | null;
  text: string;
  data: Data;
  error: ErrorEnvelope;
}

async function toAnswer<Data>(response: Response): Promise<ApiAnswer<Data>> {
  const text = await response.text();
  const isJson = /^application\/json(;|$)/.test(response.headers.get('content-type') ?? '');
  const body = (isJson ? JSON.parse(text) : {}) as SuccessEnvelope<Data> | ErrorEnvelope;
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    etag: response.headers.get('etag'),
    text,
    data: (body as SuccessEnvelope<Data>).data,
    error: body as ErrorEnvelope,
  };
}

/** A call of an operation. Awaited directly, it returns `data` and must succeed with the documented status. */
export class ApiCall<Data> implements Promise<Data> {
  readonly [Symbol.toStringTag] = 'ApiCall';
  private readonly answered: Promise<ApiAnswer<Data>>;

  constructor(
    response: Promise<Response>,
    private readonly success: number,
  ) {
    this.answered = response.then(toAnswer<Data>);
    // A test may await it later than it fails.
    this.answered.catch(() => undefined);
  }

  then<Value = Data, Reason = never>(
    onData?: ((data: Data) => Value | PromiseLike<Value>) | null,
    onError?: ((reason: unknown) => Reason | PromiseLike<Reason>) | null,
  ): Promise<Value | Reason> {
    return this.data().then(onData, onError);
  }

  catch<Reason = never>(
    onError?: ((reason: unknown) => Reason | PromiseLike<Reason>) | null,
  ): Promise<Data | Reason> {
    return this.data().catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<Data> {
    return this.data().finally(onEnd);
  }

  /** The answer, which must have this status. */
  async expect(status: number): Promise<ApiAnswer<Data>> {
    const answer = await this.answer();
    if (answer.status === status) return answer;
    throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  }

  /** The answer with any status. */
  answer(): Promise<ApiAnswer<Data>> {
    return this.answered;
  }

  private async data(): Promise<Data> {
    return (await this.expect(this.success)).data;
  }
}

/** Headers of a request; those that are undefined are not sent. */
type Headers = Record<string, string | undefined>;

type IdOf<Path extends string> = [PathNames<Path>] extends [never] ? [] : [id: string | number];

type InputOf<Query, Body> = [Body] extends [never]
  ? [Query] extends [never]
    ? []
    : [query?: Query]
  : [body: Body];

type CallerOf<Of> =
  Of extends Operation<infer Path, infer Answer, infer Query, infer Body>
    ? (...parameters: [...IdOf<Path>, ...InputOf<Query, Body>, headers?: Headers]) => ApiCall<Answer>
    : never;

/** A function for each operation of the REST API. It takes the id in the path, the body or query, and headers. */
export type ApiClient = { readonly [Id in keyof typeof API]: CallerOf<(typeof API)[Id]> };

/** Calls the REST API, typed by its operations. */
export function apiClient(url: () => string, token: string): ApiClient {
  const callers = Object.entries(API).map(([name, operation]) => {
    const { requestBody, parameters = [], responses } = DOCUMENTED.get(name) as Documented;
    const hasQuery = parameters.some((parameter) => parameter.in === 'query');
    const success = Number(Object.keys(responses).find((status) => status.startsWith('2')));
    const caller = (...values: unknown[]): ApiCall<unknown> => {
      const id = operation.path.includes('{id}') ? (values.shift() as string) : '';
      const input = requestBody || hasQuery ? (values.shift() as object | undefined) : undefined;
      const [headers] = values as [Headers | undefined];
      const address = new URL(urlOf(operation, { id }), url());
      if (!requestBody && input) address.search = new URLSearchParams(Object.entries(input)).toString();
      const sent: Headers = {
        authorization: `Bearer ${token}`,
        // So that no call meets a connection that its controller has closed meanwhile.
        connection: 'close',
        'content-type': requestBody && 'application/json',
        ...headers,
      };
      const init = {
        method: operation.method,
        headers: Object.entries(sent).filter((header): header is [string, string] => header[1] !== undefined),
        ...(requestBody && { body: JSON.stringify(input) }),
      };
      return new ApiCall(fetch(address, init), success);
    };
    return [name, caller];
  });
  return Object.fromEntries(callers) as ApiClient;
}

/** Passes what an operation's type does not allow, for tests of refusals. */
export function wrong<Type>(value: unknown): Type {
  return value as Type;
}
