#!/usr/bin/env bash
# cac 7.1.0: option values that look like numbers become numbers, and asking for strings does not bring them back.
#
# `--id 007` is 7, `--token 12345678901234567890` loses its last digits, `--label 1e5` is 100000. Arguments without an
# option stay text. With `type: [String]` the value is text again, but made from the number: '7', so the zeros are gone;
# `type: String` changes nothing.
# Consequence: a command line that takes ids, tokens or versions as options must not parse them with cac.
set -euo pipefail
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund cac@7.1.0
cat >run.mjs <<'JS'
import { cac } from 'cac';
const show = (name, config, ...words) => {
  const cli = cac('tool');
  cli.option(`--${name} <value>`, '', config);
  const { args, options } = cli.parse(['node', 'tool', ...words], { run: false });
  console.log(words.join(' '), '→', JSON.stringify({ args, [name]: options[name] }));
};
show('id', {}, '007', '--id', '007');
show('token', {}, '--token', '12345678901234567890');
show('label', {}, '--label', '1e5');
show('id', { type: String }, '--id', '007');
show('id', { type: [String] }, '--id', '007');
JS
node run.mjs | tee seen
cat >expected <<'TEXT'
007 --id 007 → {"args":["007"],"id":7}
--token 12345678901234567890 → {"args":[],"token":12345678901234567000}
--label 1e5 → {"args":[],"label":100000}
--id 007 → {"args":[],"id":7}
--id 007 → {"args":[],"id":["7"]}
TEXT
diff expected seen
