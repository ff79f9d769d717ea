#!/usr/bin/env bash
# Submits an evaluation to Slurm: an array with a task for each shard, and a job that joins them. See docs/scale.md.
#
#   TASKS="lambada ptb" MODELS="gpt2 gpt2-medium" SHARDS=8 docs/scale/slurm.sh --cpus-per-task=8 --mem=8G --time=4:00:00
#
# Whatever follows on the command line goes to sbatch. Submitted again it goes on: shards that are complete end at once.
set -euo pipefail
: "${TASKS:?names of tasks, with spaces between them}" "${MODELS:?names of models, with spaces between them}"
: "${SHARDS:?number of shards}"
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${RESULTS:-results}/logs"
logs=${RESULTS:-results}/logs/%x-%A-%a.log
# A task that is preempted is put back and goes on from its journal; srun hands the signal on to gpt, which then ends by itself.
array=$(
  sbatch --parsable --job-name=gpt-eval --array="1-$SHARDS" --requeue --signal=TERM@60 --open-mode=append \
    --output="$logs" --export=ALL "$@" --wrap="srun '$here/eval-shard.sh'"
)
merge=$(
  sbatch --parsable --job-name=gpt-merge --dependency="afterok:$array" --kill-on-invalid-dep=yes \
    --output="$logs" --export=ALL --wrap="srun '$here/merge-shards.sh'"
)
echo "shards: $array, merge: $merge"
