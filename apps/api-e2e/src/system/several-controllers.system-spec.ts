import { RedisServer } from '@moolai/testing';
import { itIsOneController } from '../support/several-controllers.js';
import { describeWith } from './debian.js';

describeWith('redis-server')('two controllers with a Redis of Debian', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(() => redis.stop());

  itIsOneController(() => redis.url);
});
