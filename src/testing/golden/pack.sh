#!/usr/bin/env bash
# Packs a folder of golden files (gpt1-random, gpt2-random, tokenizers) as reference.tar.br. Brotli's window of 16 MB finds the weights
# that several files repeat. Needs GNU tar. Usage: src/testing/golden/pack.sh FOLDER
set -euo pipefail
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rw,go=rX -C "$1" -cf - gpt1-random gpt2-random tokenizers |
  node -e "
    const { brotliCompressSync, constants } = require('node:zlib');
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
    process.stdout.write(brotliCompressSync(require('node:fs').readFileSync(0), { params }));
  " >"$(dirname "$0")/reference.tar.br"
