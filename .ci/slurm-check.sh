#!/usr/bin/env bash
# Runs docs/scale/slurm.sh on a real Slurm with one node, preempts one of its tasks, and compares the joined results with those of a
# single run: the metrics must be the same to the last bit. Takes about four minutes, most of them for what Slurm waits before it
# starts a preempted task again. Needs root and Debian's slurm-wlm and munge; the project must be built. Its daemons have their
# own folder, ports and socket, and end with the script.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in munged slurmctld slurmd sbatch scontrol; do
  command -v "$program" >/dev/null || { echo "no $program: apt-get install slurm-wlm munge"; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "slurmd has to run as root"; exit 1; }

base=$(mktemp -d) work=$PWD
chmod 755 "$base"
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$base"
}
trap cleanup EXIT

# munge: proves to the daemons who a message is from.
mkdir -m 700 "$base/munge" && mkdir -m 755 "$base/socket"
dd if=/dev/urandom of="$base/munge/key" bs=1024 count=1 status=none
chmod 400 "$base/munge/key"
chmod 1777 "$base/socket"
munged --foreground --force --key-file="$base/munge/key" --socket="$base/socket/munge" --pid-file="$base/munge/pid" \
  --log-file="$base/munge/log" --seed-file="$base/munge/seed" 2>"$base/munged.err" &
pids+=($!)

node=$(hostname -s) cpus=$(nproc)
mkdir "$base/state" "$base/spool"
cat > "$base/slurm.conf" <<CONF
ClusterName=check
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$base/socket/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$base/state
SlurmdSpoolDir=$base/spool
SlurmctldPidFile=$base/slurmctld.pid
SlurmdPidFile=$base/slurmd.pid
SlurmctldLogFile=$base/slurmctld.log
SlurmdLogFile=$base/slurmd.log
# No control groups: they are not to be had in a container.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$base/slurm.conf
for _ in $(seq 50); do [ -S "$base/socket/munge" ] && break; sleep 0.1; done
slurmctld -D -f "$SLURM_CONF" >"$base/slurmctld.err" 2>&1 &
pids+=($!)
slurmd -D -f "$SLURM_CONF" -N "$node" >"$base/slurmd.err" 2>&1 &
pids+=($!)
for _ in $(seq 100); do
  [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ] && break
  sleep 0.2
done
sinfo || { cat "$base"/*.err "$base"/*.log; exit 1; }

export GPT="node $work/bin/gpt.js" TASKS="lambada winograd" MODELS=tiny SHARDS=3 RESULTS=$base/results
export FLAGS="--data sample --threads 1"
docs/scale/slurm.sh --cpus-per-task=1 | tee "$base/submitted"
array=$(sed 's/shards: \([0-9]*\),.*/\1/' "$base/submitted") merge=$(sed 's/.*merge: //' "$base/submitted")
# As soon as the first task has its journal, it is put back into the queue, as a job of higher rank would do to it.
for _ in $(seq 200); do
  compgen -G "$RESULTS/journals/*--shard1of3.jsonl" >/dev/null && break
  sleep 0.3
done
scontrol requeue "${array}_1"
for _ in $(seq 300); do
  state=$(scontrol show job "$merge" --oneliner | sed 's/.*JobState=\([A-Z_]*\).*/\1/')
  case $state in COMPLETED | FAILED | CANCELLED | TIMEOUT) break ;; esac
  sleep 1
done
echo "merge job: $state"
tail -n 5 "$RESULTS"/logs/*
scontrol show job "${array}_1" --oneliner | grep -q 'Restarts=1 ' || { echo 'the first task was not started again'; exit 1; }
[ "$state" = COMPLETED ] || { cat "$base"/*.log; exit 1; }

# shellcheck disable=SC2086
$GPT eval $TASKS $FLAGS --model tiny --results "$base/single" >/dev/null
node -e '
  const [left, right] = process.argv.slice(1);
  const names = fs.readdirSync(right).filter((name) => name.endsWith(".json"));
  for (const name of names) {
    const [a, b] = [left, right].map((folder) => JSON.parse(fs.readFileSync(folder + "/" + name)).metrics);
    if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(name + " differs");
    console.log(name + ": the joined result is that of a single run, to the last bit");
  }
' "$RESULTS" "$base/single"
