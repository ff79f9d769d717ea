#!/usr/bin/env bash
# Joins the journals of all shards into results, one for each task and model. See docs/scale.md.
#
#   SHARDS=8 docs/scale/merge-shards.sh
#
# RESULTS is the folder of the shards' journals/ (default: results), GPT the command (default: gpt). Fails when a shard is missing
# or not complete, after having joined what can be joined.
set -euo pipefail
: "${SHARDS:?number of shards}"
results=${RESULTS:-results}
failed=0 joined=0
shopt -s nullglob
# By every shard, not by the first one: that may be the one that is missing.
runs=$(for file in "$results"/journals/*--shard*of"$SHARDS".jsonl; do echo "${file%--shard*}"; done | sort -u)
for run in $runs; do
  # shellcheck disable=SC2086
  if ${GPT:-gpt} merge "$run"--shard*of"$SHARDS".jsonl --results "$results"; then
    joined=$((joined + 1))
  else
    failed=$((failed + 1))
  fi
done
echo "$joined joined, $failed not" >&2
[ "$failed" -eq 0 ] && [ "$joined" -gt 0 ]
