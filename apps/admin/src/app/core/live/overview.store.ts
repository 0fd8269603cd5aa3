import { Injectable } from '@angular/core';
import { API } from '../http/api-operations';
import { apiResource } from '../http/api-resource';

const COUNTED = /^(orchestrator|message|independence|organization)\./;

/** The fleet's counters, live. Owned by the shell, whose footer shows them on every page. */
@Injectable()
export class OverviewStore {
  readonly overview = apiResource(API.getOverview, () => ({}), {
    reloadOn: ({ type }) => COUNTED.test(type),
    everyMs: 2_000,
  });
}
