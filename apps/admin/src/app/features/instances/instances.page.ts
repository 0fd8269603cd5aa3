import { DecimalPipe } from '@angular/common';
import { Component, computed, DestroyRef, inject } from '@angular/core';
import type { Instance, InstanceStatus } from '@moolai/contracts';
import { InstancesStore } from '../../core/fleet/instances.store';
import type { Axis } from '../../ui/axes';
import { AxisBadge } from '../../ui/axis-badge';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { INSTANCES_TEXTS } from './instances.texts';

const TEXTS = INSTANCES_TEXTS.page;

const STATES: Readonly<Record<InstanceStatus, Axis>> = {
  up: { icon: 'check', label: TEXTS.up, tone: 'good', hint: TEXTS.upHint },
  draining: { icon: 'clock', label: TEXTS.draining, tone: 'warn', hint: TEXTS.drainingHint },
  lost: { icon: 'problem', label: TEXTS.lost, tone: 'bad', hint: TEXTS.lostHint },
};

/** The additional texts of a row. */
function rowOf(instance: Instance) {
  const { instance_id, started_at, status } = instance;
  return { instance, key: `${instance_id} ${started_at}`, state: STATES[status] };
}

/** The controllers that share the fleet. */
@Component({
  selector: 'mc-instances-page',
  imports: [AxisBadge, DecimalPipe, Icon, LoadStateView, Moment, PageHeader],
  templateUrl: './instances.page.html',
  styleUrl: './instances.page.scss',
})
export class InstancesPage {
  protected readonly texts = TEXTS;
  protected readonly redisTexts = INSTANCES_TEXTS.redis;

  private readonly store = inject(InstancesStore);
  protected readonly facts = this.store.facts;
  private readonly instances = computed(() => this.facts.value()?.instances ?? []);
  private readonly living = computed(() => this.instances().filter(({ status }) => status !== 'lost'));
  protected readonly rows = computed(() => this.instances().map(rowOf));
  protected readonly upCount = computed(
    () => this.instances().filter(({ status }) => status === 'up').length,
  );
  protected readonly isAlone = computed(() => this.instances().length === 1);
  protected readonly versions = computed(() =>
    [...new Set(this.living().map(({ version }) => version))].sort(),
  );
  protected readonly scheduler = computed(() => {
    const found = this.instances().find(({ is_scheduler }) => is_scheduler);
    return found ? TEXTS.schedulerAt(found.instance_id) : TEXTS.noScheduler;
  });

  constructor() {
    inject(DestroyRef).onDestroy(this.store.watch());
  }
}
