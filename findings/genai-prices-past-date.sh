#!/usr/bin/env bash
# @pydantic/genai-prices 0.1.8: a price asked for at a past date is the present one for some models, without a sign.
#
# calcPrice takes a `timestamp`, and some models have a history (o3 before and after June 2025). gpt-4o has none:
# at 2024-06-01 it costs 2.50 / 10.00 USD per million, although gpt-4o-2024-05-13, the only snapshot that the name
# could mean on that day, costs 5.00 / 15.00 in the same data. Usage of the past priced by the name is half too cheap.
# Consequence: keep the price that was used with the usage, and do not price the past from this package.
set -euo pipefail
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund @pydantic/genai-prices@0.1.8
cat >run.mjs <<'JS'
import { calcPrice } from '@pydantic/genai-prices';
const usage = { input_tokens: 1_000_000, output_tokens: 1_000_000 };
for (const [model, day] of [
  ['o3', '2025-05-01'],
  ['o3', '2025-08-01'],
  ['gpt-4o', '2024-06-01'],
  ['gpt-4o', '2026-06-01'],
  ['gpt-4o-2024-05-13', '2024-06-01'],
]) {
  const { input_price, output_price } = calcPrice(usage, model, { timestamp: new Date(day) });
  console.log(`${model} on ${day}: ${input_price} / ${output_price}`);
}
JS
node run.mjs | tee seen
cat >expected <<'TEXT'
o3 on 2025-05-01: 10 / 40
o3 on 2025-08-01: 2 / 8
gpt-4o on 2024-06-01: 2.5 / 10
gpt-4o on 2026-06-01: 2.5 / 10
gpt-4o-2024-05-13 on 2024-06-01: 5 / 15
TEXT
diff expected seen
