import { httpResource } from '@angular/common/http';
import {
  computed,
  DestroyRef,
  inject,
  linkedSignal,
  resource as angularResource,
  type Resource,
  type Signal,
} from '@angular/core';
import type { FleetEvent, SuccessEnvelope } from '@moolai/contracts';
import { LiveStore } from '../live/live.store';
import { ServerClock } from '../time/server-clock';
import { PATIENCE_MS, toParams } from './api-client';
import { urlOf, type CallOf, type Operation } from './api-operations';
import { toRequestFailure, type RequestFailure } from './request-failure';

/** State of a loaded value. */
export type LoadState<T> =
  { name: 'loading' } | { name: 'ready'; value: T } | { name: 'error'; failure: RequestFailure };

/** A value loaded from the controller and kept up to date. */
export interface ApiResource<T> {
  readonly state: Signal<LoadState<T>>;
  /** The latest value; undefined before the first answer, and without a request. */
  readonly value: Signal<T | undefined>;
  readonly isLoading: Signal<boolean>;
  /** Why the last request failed, even if an older answer is still shown. */
  readonly failure: Signal<RequestFailure | null>;
  reload(): void;
  /** Changes the value without a request; applied again to an answer that is being loaded. */
  patch(change: (value: T) => T): void;
}

/** How a resource is kept up to date. */
export interface ResourceOptions<T> {
  /** Reloads after such an event, at most once per `everyMs`. */
  reloadOn?: (event: FleetEvent) => boolean;
  everyMs?: number;
  /** Keeps showing the old value while other parameters load, for example the next page of a list. */
  keepsOld?: boolean;
  /** Transforms the answer before it is shown. */
  map?: (value: T) => T;
}

const EVERY_MS = 1_000;

/**
 * Loads an operation whenever the result of `call` changes, after a gap in the live stream, and after relevant events.
 * Undefined sends no request.
 */
export function apiResource<Path extends string, Answer, Query, Body>(
  operation: Operation<Path, Answer, Query, Body>,
  call: () => CallOf<Path, Query, Body> | undefined,
  options: ResourceOptions<Answer> = {},
): ApiResource<Answer> {
  const clock = inject(ServerClock);
  const resource = httpResource<Answer>(
    () => {
      const given = call();
      if (!given) return undefined;
      const { path, query } = given as { path?: Record<string, string | number>; query?: object };
      return { url: urlOf(operation, path), params: toParams(query), timeout: PATIENCE_MS };
    },
    {
      parse: (body) => {
        const { data, timestamp } = body as SuccessEnvelope<Answer>;
        clock.observe(timestamp);
        return options.map ? options.map(data) : data;
      },
    },
  );
  return presented(resource, () => void resource.reload(), options);
}

/**
 * The same for several operations, or more than the `data` of an answer. Calls `load` whenever `params` changes;
 * undefined sends no request.
 */
export function callResource<Params, Answer>(
  params: () => Params | undefined,
  load: (params: Params) => Promise<Answer>,
  options: ResourceOptions<Answer> = {},
): ApiResource<Answer> {
  const resource = angularResource<Answer, Params | undefined>({
    params,
    loader: ({ params: given }) => load(given),
  });
  return presented(resource, () => void resource.reload(), options);
}

function presented<Answer>(
  resource: Resource<Answer | undefined>,
  reload: () => void,
  options: ResourceOptions<Answer>,
): ApiResource<Answer> {
  const duringReading: ((value: Answer) => Answer)[] = [];
  const value = linkedSignal<{ now: Answer | undefined; isKept: boolean }, Answer | undefined>({
    source: () => {
      const status = resource.status();
      const isKept = status === 'error' || (status === 'loading' && options.keepsOld === true);
      return { now: resource.hasValue() ? resource.value() : undefined, isKept };
    },
    computation: ({ now, isKept }, previous) => {
      if (now === undefined) return isKept ? previous?.value : undefined;
      if (now === previous?.source.now) return previous.value;
      // The answer may be older than events during the request.
      return duringReading.splice(0).reduce<Answer>((known, change) => change(known), now);
    },
  });
  const failure = computed(() => {
    const error = resource.error();
    return error ? toRequestFailure(error.cause ?? error) : null;
  });
  const state = computed<LoadState<Answer>>(() => {
    const known = value();
    if (known !== undefined) return { name: 'ready', value: known };
    const problem = failure();
    return problem ? { name: 'error', failure: problem } : { name: 'loading' };
  });
  const readAgain = followFleet(reload, () => resource.isLoading(), options);
  return {
    state,
    value: value.asReadonly(),
    isLoading: resource.isLoading,
    failure,
    reload: readAgain,
    // Not the resource's own value, because setting that cancels a pending request.
    patch: (change) => {
      const known = value();
      if (resource.isLoading()) duringReading.push(change);
      else duringReading.length = 0;
      if (known !== undefined) value.set(change(known));
    },
  };
}

/**
 * Reloads after a gap and after relevant events, including those during a request.
 * @returns reloads, now or after the pending request
 */
function followFleet<T>(
  reload: () => void,
  isLoading: () => boolean,
  { reloadOn, everyMs = EVERY_MS }: Pick<ResourceOptions<T>, 'reloadOn' | 'everyMs'>,
): () => void {
  const lifetime = inject(DestroyRef);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (isLoading()) later();
      else reload();
    }, everyMs);
  };
  const readAgain = (): void => (isLoading() ? later() : reload());
  inject(LiveStore).follow(
    {
      onResync: readAgain,
      onBatch: ({ events }) => {
        if (reloadOn && events.some(reloadOn)) later();
      },
    },
    lifetime,
  );
  lifetime.onDestroy(() => clearTimeout(timer));
  return readAgain;
}
