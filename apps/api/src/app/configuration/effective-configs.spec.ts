import type { OwnConfig } from '@moolai/contracts';
import { configHash, effectiveConfig, NO_OWN_CONFIG } from './effective-config.js';
import { EffectiveConfigs } from './effective-configs.js';

const DEFAULTS = { session_config: { max_tokens: 1 } };
const SETTINGS = { features: { a: true } };

describe('EffectiveConfigs', () => {
  const own: OwnConfig = { ...NO_OWN_CONFIG, session_config: { temperature: 0.5, top_p: 1 } };

  it('returns the effective configuration with its hash and its text', () => {
    const { config, hash, json } = new EffectiveConfigs(DEFAULTS, SETTINGS).of(own);
    expect(config).toEqual(effectiveConfig(DEFAULTS, SETTINGS, own));
    expect(hash).toBe(configHash(config));
    expect(JSON.parse(json)).toEqual(config);
  });

  it('computes equal own levels only once, whatever the order of their keys', () => {
    const configs = new EffectiveConfigs(DEFAULTS, SETTINGS);
    const { session_config, ...rest } = own;
    const reordered = { session_config: { top_p: 1, temperature: 0.5 }, ...rest };
    expect(session_config).toEqual(reordered.session_config);
    expect(configs.of(reordered)).toBe(configs.of(own));
    expect(configs.of({ ...NO_OWN_CONFIG })).toBe(configs.of(NO_OWN_CONFIG));
  });

  it('tells levels apart that differ in one value, and unset from false', () => {
    const configs = new EffectiveConfigs(DEFAULTS, { privacy_mode: true });
    const inherits = configs.of(NO_OWN_CONFIG);
    const says = configs.of({ ...NO_OWN_CONFIG, privacy_mode: false });
    expect(inherits.config).toMatchObject({ privacy_mode: true });
    expect(says.config).toMatchObject({ privacy_mode: false });
    expect(says.hash).not.toBe(inherits.hash);
  });
});
