import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { AuditEntry } from '@moolai/contracts';
import { DiffView } from '../../ui/editor/diff-view';
import { Moment } from '../../ui/moment';
import { SidePanel } from '../../ui/side-panel';
import { actionLabel, ACTOR_LABELS } from './audit-query';

function linkOf({ target_type: type, target_id: id }: AuditEntry): string[] | null {
  if (type === 'orchestrator') return ['/orchestrators', id];
  if (type === 'organization') return ['/organizations', id];
  return type === 'fleet' ? ['/configuration'] : null;
}

/** One change: who made it, from where, and what was before and after it. */
@Component({
  selector: 'mc-entry-panel',
  imports: [DiffView, Moment, RouterLink, SidePanel],
  template: `
    @let one = entry();
    <mc-side-panel [heading]="label()" (closes)="closes.emit()">
      <dl class="mc-facts">
        <div>
          <dt>Actor</dt>
          <dd>{{ one.actor_name }}</dd>
        </div>
        <div>
          <dt>Actor type</dt>
          <dd>{{ actors[one.actor_kind] }}</dd>
        </div>
        <div>
          <dt>When</dt>
          <dd><mc-moment [value]="one.at" /></dd>
        </div>
        <div>
          <dt>Address</dt>
          <dd class="mc-mono">{{ one.address ?? 'the controller' }}</dd>
        </div>
        <div>
          <dt>Target</dt>
          <dd>
            {{ kind() }}
            @if (link(); as commands) {
              <a [routerLink]="commands">{{ one.target_id }}</a>
            } @else {
              <span class="mc-mono">{{ one.target_id }}</span>
            }
          </dd>
        </div>
        <div>
          <dt>Organization</dt>
          <dd>{{ one.organization_id ?? 'the whole fleet' }}</dd>
        </div>
        @if (one.request_id; as id) {
          <div class="wide">
            <dt>Request id</dt>
            <dd class="mc-mono">{{ id }}</dd>
          </div>
        }
      </dl>
      <h3>What changed</h3>
      <mc-diff-view [before]="one.before ?? {}" [after]="one.after ?? {}" [isAlwaysInline]="true" />
      <h3>Position in the chain</h3>
      <dl class="mc-facts">
        <div>
          <dt>Position</dt>
          <dd class="mc-figures">{{ one.position }}</dd>
        </div>
        <div class="wide">
          <dt>Hash</dt>
          <dd class="mc-mono">{{ one.hash }}</dd>
        </div>
        <div class="wide">
          <dt>Hash of the previous entry</dt>
          <dd class="mc-mono">{{ one.previous_hash }}</dd>
        </div>
      </dl>
    </mc-side-panel>
  `,
  styles: `
    .mc-facts {
      grid-template-columns: repeat(auto-fill, minmax(170px, 1fr));
    }
    .wide {
      grid-column: 1 / -1;
    }
    h3 {
      margin: 20px 0 8px;
    }
  `,
})
export class EntryPanel {
  readonly entry = input.required<AuditEntry>();
  readonly closes = output();

  protected readonly actors = ACTOR_LABELS;
  protected readonly label = computed(() => actionLabel(this.entry().action));
  protected readonly kind = computed(() => actionLabel(this.entry().target_type));
  protected readonly link = computed(() => linkOf(this.entry()));
}
