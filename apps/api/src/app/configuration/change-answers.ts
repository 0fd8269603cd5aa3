import type { ConfigChangeResult, SettingsResult } from '@moolai/contracts';
import type { FastifyReply } from 'fastify';
import { etagOf } from '../../platform/http/if-match.js';
import type { LevelChange, OwnChange } from './configuration.service.js';

/** Answers a request that changed an orchestrator's own level. */
export function answerOwnChange(
  id: string,
  { configVersion, pushed, config }: OwnChange,
  reply: FastifyReply,
): ConfigChangeResult {
  void reply.header('etag', etagOf(configVersion));
  return { orchestrator_id: id, config_version: configVersion, pushed, config };
}

/** Answers a request that changed an organization's settings. */
export function answerSettingsChange(
  id: string,
  { pushed, total, revision }: LevelChange,
  reply: FastifyReply,
): SettingsResult {
  void reply.header('etag', etagOf(revision));
  return { organization_id: id, pushed, total };
}
