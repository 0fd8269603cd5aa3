import { orchestratorDetail } from '../../../testing/builders';
import { changesOf, parseLabels, parseVariables, valuesOf } from './orchestrator-form';

const KNOWN = orchestratorDetail({
  labels: { region: 'eu' },
  website: 'https://example.com',
  environment_variables: { API_KEY: '********' },
});

describe('valuesOf', () => {
  it('shows the description without secrets', () => {
    const values = valuesOf(KNOWN);

    expect(values.name).toBe('Front desk');
    expect(values.labels).toBe('region=eu');
    expect(JSON.stringify(values)).not.toContain('*');
  });
});

describe('changesOf', () => {
  const values = valuesOf(KNOWN);

  it('is empty if nothing changed', () => {
    expect(changesOf(values, KNOWN)).toEqual({});
  });

  it('contains changed fields, with null for cleared ones', () => {
    const changed = { ...values, name: 'Back office', website: ' ', labels: 'region=us\ngpu=' };

    expect(changesOf(changed, KNOWN)).toEqual({
      name: 'Back office',
      website: null,
      labels: { region: 'us', gpu: '' },
    });
  });

  it('sets secrets, keeps empty ones, and removes those marked for removal', () => {
    const written = { ...values, redis_url: 'redis://cache', environment_variables: 'A=1\nB=x=y' };

    expect(changesOf(written, KNOWN)).toEqual({
      redis_url: 'redis://cache',
      environment_variables: { A: '1', B: 'x=y' },
    });
    const removed = { ...values.removed, database_url: true, environment_variables: true };
    expect(changesOf({ ...values, removed }, KNOWN)).toEqual({
      database_url: null,
      environment_variables: {},
    });
  });
});

describe('parseLines', () => {
  it.each([
    ['no value', '“no value” must have the form name=value.'],
    ['=x', '“=x” must have the form name=value.'],
    ['a=1\na=2', '“a” appears twice.'],
  ])('names the error in %j', (text, problem) => {
    expect(parseLabels(text)).toEqual({ problem });
  });

  it('checks the names of variables', () => {
    expect(parseVariables('1A=x')).toHaveProperty('problem');
    expect(parseVariables(' HF_TOKEN = hf_x ')).toEqual({ map: { HF_TOKEN: 'hf_x' } });
  });
});
