import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { LiveOrchestrator } from '@moolai/contracts';
import { Moment } from '../../ui/moment';
import { StatusBadge } from '../../ui/status-badge';

/**
 * The connected orchestrators as a table. Its roles are spelled out because the narrow layout sets
 * `display`, which would take them away.
 */
@Component({
  selector: 'mc-live-fleet',
  imports: [Moment, RouterLink, StatusBadge],
  template: `
    <table role="table" aria-label="Connected orchestrators">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Orchestrator</th>
          <th role="columnheader" scope="col">Status</th>
          <th role="columnheader" scope="col">Organization</th>
          <th role="columnheader" scope="col">Last seen</th>
          <th role="columnheader" scope="col">Connected since</th>
          <th role="columnheader" scope="col">Remote address</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        @for (one of orchestrators(); track one.orchestrator_id) {
          <tr role="row">
            <td role="cell" class="id">
              <a routerLink="/organizations" [queryParams]="{ search: one.orchestrator_id }">{{
                one.orchestrator_id
              }}</a>
            </td>
            <td role="cell"><mc-status-badge [status]="one.status" /></td>
            <td role="cell" data-label="Organization">{{ one.organization_id }}</td>
            <td role="cell" data-label="Last seen">
              <mc-moment [value]="one.last_seen" [remark]="one.is_independent ? 'frozen' : undefined" />
            </td>
            <td role="cell" data-label="Connected since"><mc-moment [value]="one.connected_at" /></td>
            <td role="cell" data-label="Remote address" class="mc-mono">{{ one.remote_address }}</td>
          </tr>
        }
      </tbody>
    </table>
  `,
  styleUrl: './live-fleet.scss',
})
export class LiveFleet {
  readonly orchestrators = input.required<readonly LiveOrchestrator[]>();
}
