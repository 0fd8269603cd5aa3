import { PAGE_SIZE_MAX, type ListQuery, type Page } from '@moolai/contracts';
import { everyPage } from './every-page';

/** A paged list of numbers, and the received requests. */
function pagedList(length: number): {
  queries: ListQuery[];
  read: (query: ListQuery) => Promise<Page<number>>;
} {
  const queries: ListQuery[] = [];
  return {
    queries,
    read: (query) => {
      queries.push(query);
      const { page = 1, page_size = PAGE_SIZE_MAX } = query;
      const first = (page - 1) * page_size;
      const count = Math.max(0, Math.min(page_size, length - first));
      const items = Array.from({ length: count }, (_, index) => first + index);
      return Promise.resolve({ items, total: length, page, page_size });
    },
  };
}

describe('everyPage', () => {
  it('loads a short list with one request of the largest page', async () => {
    const { queries, read } = pagedList(3);

    await expect(everyPage(read)).resolves.toEqual({ items: [0, 1, 2], total: 3 });
    expect(queries).toEqual([{ page: 1, page_size: PAGE_SIZE_MAX }]);
  });

  it('loads an empty list with one request', async () => {
    const { queries, read } = pagedList(0);

    await expect(everyPage(read)).resolves.toEqual({ items: [], total: 0 });
    expect(queries).toHaveLength(1);
  });

  it.each([
    [PAGE_SIZE_MAX, 1],
    [PAGE_SIZE_MAX + 1, 2],
    [PAGE_SIZE_MAX * 3, 3],
  ])('loads %d entries with %d requests, in order', async (length, requests) => {
    const { queries, read } = pagedList(length);

    const { items } = await everyPage(read);

    expect(items).toEqual(Array.from({ length }, (_, index) => index));
    expect(queries.map(({ page }) => page)).toEqual(
      Array.from({ length: requests }, (_, index) => index + 1),
    );
  });

  it('stops after 5,000 entries and returns the total', async () => {
    const { queries, read } = pagedList(9_999);

    const { items, total } = await everyPage(read);

    expect(items).toHaveLength(5_000);
    expect(total).toBe(9_999);
    expect(queries).toHaveLength(25);
  });

  it('stops at an empty page if the list shrinks during loading', async () => {
    const { queries, read } = pagedList(PAGE_SIZE_MAX);
    const promising = async (query: ListQuery): Promise<Page<number>> => ({
      ...(await read(query)),
      total: 999,
    });

    await expect(everyPage(promising)).resolves.toMatchObject({ total: 999 });
    expect(queries).toHaveLength(2);
  });

  it('fails when a page cannot be loaded', async () => {
    await expect(everyPage(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });
});
