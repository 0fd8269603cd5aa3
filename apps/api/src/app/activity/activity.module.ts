import { Module } from '@nestjs/common';
import { ActivityController } from './activity.controller.js';
import { ActivityRetention } from './activity-retention.js';
import { ActivityService } from './activity.service.js';

/** Recent events. */
@Module({ controllers: [ActivityController], providers: [ActivityService, ActivityRetention] })
export class ActivityModule {}
