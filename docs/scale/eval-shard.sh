#!/usr/bin/env bash
# Computes one shard of an evaluation: part i of SHARDS of every task on every model. See docs/scale.md.
#
#   TASKS="lambada ptb" MODELS="gpt2 gpt2-medium" SHARDS=8 SHARD=3 docs/scale/eval-shard.sh
#
# Slurm (SLURM_ARRAY_TASK_ID, an array that begins with 1) and Kubernetes (JOB_COMPLETION_INDEX, which begins with 0) say which
# shard; elsewhere SHARD does, from 1. The number of shards is never taken from the array: one that is submitted again for the
# shards that failed is smaller. RESULTS is a folder that all machines see (default: results), GPT the command (default: gpt), FLAGS
# are more flags of gpt eval, the same for every shard. A shard that was killed goes on where it stopped.
set -euo pipefail
: "${TASKS:?names of tasks, with spaces between them}" "${MODELS:?names of models, with spaces between them}"
: "${SHARDS:?number of shards}"
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  shard=$SLURM_ARRAY_TASK_ID
elif [ -n "${JOB_COMPLETION_INDEX:-}" ]; then
  shard=$((JOB_COMPLETION_INDEX + 1))
else
  shard=${SHARD:?which shard, from 1}
fi
models=()
for model in $MODELS; do models+=(--model "$model"); done
# shellcheck disable=SC2086  # GPT may be "node bin/gpt.js", TASKS and FLAGS are lists.
exec ${GPT:-gpt} eval $TASKS "${models[@]}" --shard "$shard/$SHARDS" --results "${RESULTS:-results}" ${FLAGS:-}
