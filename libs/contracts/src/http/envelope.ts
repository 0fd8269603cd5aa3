import type { ErrorType } from '../errors/error-types.js';

/** Body of every successful REST answer. */
export interface SuccessEnvelope<T> {
  success: true;
  data: T;
  /** When the answer was created, ISO 8601 UTC. */
  timestamp: string;
}

/** One refused field of a `validation_error`. */
export interface FieldError {
  /** Path of the field, with dots for nested fields. */
  field: string;
  detail: string;
}

/** Body of every failed REST answer. */
export interface ErrorEnvelope {
  success: false;
  error: ErrorType;
  /** A sentence for a person; never contains a stack trace or SQL. */
  detail: string;
  timestamp: string;
  /** Identifies this request in the server's log. */
  request_id: string;
  /** Present on `validation_error`. */
  errors?: FieldError[];
}

export const PAGE_SIZE_DEFAULT = 50;
export const PAGE_SIZE_MAX = 200;

/** One page of a list. `page` counts from 1. */
export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  page_size: number;
}

/** The query parameters of every list. */
export interface PageQuery {
  page?: number;
  page_size?: number;
}

/** The query parameters of a list that can be searched and sorted. */
export interface ListQuery extends PageQuery {
  search?: string;
  /** A field name, descending with a leading `-`. */
  sort?: string;
}
