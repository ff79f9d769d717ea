#!/usr/bin/env bash
# Packs the tool, installs the tarball as a user does, and runs it from an empty folder. Installing takes the npm registry or a cache
# that has the dependencies; the commands are run without a network. Needs 600 MB of disk for a minute. The project must be built.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f dist/cli/main.js ] || { echo 'not built: npm run build'; exit 1; }

base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
mkdir "$base/home" "$base/empty"
npm pack --silent --pack-destination "$base" >/dev/null
tarball=$(echo "$base"/*.tgz)
echo "tarball: $(du -k "$tarball" | cut -f1) kB"

# ONNX Runtime would otherwise fetch 300 MB for graphics cards, from elsewhere than the registry (docs/troubleshooting.md).
export ONNXRUNTIME_NODE_INSTALL=skip
npm install --silent --no-audit --no-fund --prefix "$base/home" "$tarball"
echo "installed: $(du -sk "$base/home/node_modules" | cut -f1) kB, of it gpt-papers $(du -sk "$base/home/node_modules/gpt-papers" | cut -f1) kB"

cd "$base/empty"
export HF_HUB_OFFLINE=1 HF_HOME=$base/hub GPT_CACHE=$base/cache
gpt() { "$base/home/node_modules/.bin/gpt" "$@"; }
expect_files() {
  local found
  found=$(find . -type f | sed 's/--[0-9a-f]\{12\}/--…/' | sort | tr '\n' ' ')
  [ "$found" = "$1" ] || { echo "after: $2"; echo "expected files: $1"; echo "found:          $found"; exit 1; }
}
expect_files '' 'nothing'
gpt eval lambada --model tiny --data sample
kept='./results/journals/lambada--tiny--….jsonl ./results/lambada--tiny--sample.json '
expect_files "$kept" 'gpt eval'
gpt table >/dev/null
gpt table gpt2-table3 >/dev/null
gpt figure >/dev/null
gpt compare tiny gpt2 >/dev/null
gpt tasks >/dev/null
gpt doctor
expect_files "$kept" 'commands that only show'
gpt figure gpt2-figure1 --output figure.png
gpt report
expect_files "./figure.png ./report/index.html $kept" 'gpt figure and gpt report'
echo 'The package works.'
