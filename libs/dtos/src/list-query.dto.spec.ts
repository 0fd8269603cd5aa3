import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { OrchestratorListQueryDto } from './orchestrator-list-query.dto.js';

function fieldsRefused(query: Record<string, string>): string[] {
  const errors = validateSync(plainToInstance(OrchestratorListQueryDto, query), {
    forbidUnknownValues: true,
  });
  return errors.map((error) => error.property);
}

describe('OrchestratorListQueryDto', () => {
  it('has defaults for everything', () => {
    const query = plainToInstance(OrchestratorListQueryDto, {});
    expect(query).toMatchObject({ page: 1, page_size: 50, sort: 'orchestrator_id' });
  });

  it.each([
    [{ page: '2', page_size: '200', sort: '-last_seen', status: 'active' }],
    [{ label: 'region' }],
    [{ label: 'region=eu' }],
    [{ organization_id: 'org-001' }],
  ])('accepts %j', (query) => {
    expect(fieldsRefused(query)).toEqual([]);
  });

  it.each([
    [{ page: '0' }, 'page'],
    [{ page: '1.5' }, 'page'],
    [{ page_size: '201' }, 'page_size'],
    [{ page_size: 'many' }, 'page_size'],
    [{ sort: 'database_url' }, 'sort'],
    [{ sort: 'name; DROP TABLE' }, 'sort'],
    [{ status: 'offline' }, 'status'],
    [{ label: '=x' }, 'label'],
    [{ organization_id: 'a b' }, 'organization_id'],
    [{ search: 'x'.repeat(101) }, 'search'],
  ])('refuses %j', (query, field) => {
    expect(fieldsRefused(query)).toEqual([field]);
  });
});
