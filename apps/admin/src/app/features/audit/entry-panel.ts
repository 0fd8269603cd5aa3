import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { AuditEntry } from '@moolai/contracts';
import { DiffView } from '../../ui/editor/diff-view';
import { Moment } from '../../ui/moment';
import { SidePanel } from '../../ui/side-panel';
import { actionLabel, ACTOR_LABELS } from './audit-query';
import { AUDIT_TEXTS } from './audit.texts';

function linkOf({ target_type: type, target_id: id }: AuditEntry): string[] | null {
  if (type === 'orchestrator') return ['/orchestrators', id];
  if (type === 'organization') return ['/organizations', id];
  return type === 'fleet' ? ['/configuration'] : null;
}

/** One change: actor, address, and the state before and after. */
@Component({
  selector: 'mc-entry-panel',
  imports: [DiffView, Moment, RouterLink, SidePanel],
  template: `
    @let one = entry();
    <mc-side-panel [heading]="label()" (closes)="closes.emit()">
      <dl class="mc-facts">
        <div>
          <dt>{{ texts.actor }}</dt>
          <dd>{{ one.actor_name }}</dd>
        </div>
        <div>
          <dt>{{ texts.actorType }}</dt>
          <dd>{{ actors[one.actor_kind] }}</dd>
        </div>
        <div>
          <dt>{{ texts.when }}</dt>
          <dd><mc-moment [value]="one.at" /></dd>
        </div>
        <div>
          <dt>{{ texts.address }}</dt>
          <dd class="mc-mono">{{ one.address ?? texts.theController }}</dd>
        </div>
        <div>
          <dt>{{ texts.target }}</dt>
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
          <dt>{{ texts.organization }}</dt>
          <dd>{{ one.organization_id ?? texts.theWholeFleet }}</dd>
        </div>
        @if (one.request_id; as id) {
          <div class="wide">
            <dt>{{ texts.requestId }}</dt>
            <dd class="mc-mono">{{ id }}</dd>
          </div>
        }
      </dl>
      <h3>{{ texts.whatChanged }}</h3>
      <mc-diff-view [before]="one.before ?? {}" [after]="one.after ?? {}" [isAlwaysInline]="true" />
      <h3>{{ texts.positionChain }}</h3>
      <dl class="mc-facts">
        <div>
          <dt>{{ texts.position }}</dt>
          <dd class="mc-figures">{{ one.position }}</dd>
        </div>
        <div class="wide">
          <dt>{{ texts.hash }}</dt>
          <dd class="mc-mono">{{ one.hash }}</dd>
        </div>
        <div class="wide">
          <dt>{{ texts.hashPreviousEntry }}</dt>
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
  protected readonly texts = AUDIT_TEXTS.entryPanel;

  readonly entry = input.required<AuditEntry>();
  readonly closes = output();

  protected readonly actors = ACTOR_LABELS;
  protected readonly label = computed(() => actionLabel(this.entry().action));
  protected readonly kind = computed(() => actionLabel(this.entry().target_type));
  protected readonly link = computed(() => linkOf(this.entry()));
}
