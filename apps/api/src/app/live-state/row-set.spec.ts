import { RowSet } from './row-set.js';

function setOf(...ids: number[]): RowSet {
  const rows = new RowSet();
  for (const id of ids) rows.add(id);
  return rows;
}

describe('RowSet', () => {
  it('has a bit for each row, starting with the lowest in each byte', () => {
    expect([...setOf(1, 3, 8, 17).toBits()]).toEqual([0b1010, 0b1, 0b10]);
    expect([...setOf(7).toBits()]).toEqual([0b10000000]);
  });

  it('counts its rows and the length of its bitmap', () => {
    const rows = setOf(100_000, 5);
    expect(rows.size).toBe(2);
    expect(rows.ids).toEqual([100_000, 5]);
    expect(rows.bitsBytes).toBe(12_501);
    expect(rows.toBits()).toHaveLength(rows.bitsBytes);
  });

  it('is initially empty', () => {
    expect([...new RowSet().toBits()]).toEqual([0]);
  });
});
