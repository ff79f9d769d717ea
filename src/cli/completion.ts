/** Scripts with which bash, zsh and fish complete the command line. They hold all names, so completing starts no program. */
import type { Command } from 'commander';
import type { shells } from './commands/completion.js';
import {
  type CompletedCommand,
  type CompletedOption,
  completedCommands,
  type Words,
} from './completion-words.js';

/** `gpt completion bash`: the script for that shell. */
export async function completionScript(shell: (typeof shells)[number], program: Command): Promise<string> {
  const commands = await completedCommands(program);
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return zshScript(commands);
    case 'fish':
      return fishScript(commands);
  }
}

const commandNames = (commands: readonly CompletedCommand[]) => commands.map(({ name }) => name).join(' ');

/** Patterns of a shell's `case` for all spellings of an option behind a command. */
const patternOf = ({ name }: CompletedCommand, { long, short }: CompletedOption) =>
  [long, ...(short ? [short] : [])].map((flag) => `'${name} ${flag}'`).join('|');

/** Lines of a `case` in bash and zsh: options with a value, then what a command is given. `set` assigns the words. */
function cases(
  commands: readonly CompletedCommand[],
  set: (words: Words) => string,
): { values: string[]; rest: string[] } {
  return {
    values: commands.flatMap((command) =>
      command.options.flatMap((option) =>
        option.value ? [`    ${patternOf(command, option)}) ${set(option.value)} ;;`] : [],
      ),
    ),
    rest: commands.map(({ name, options, arguments: words }) => {
      const flags = options.map(({ long }) => long).join(' ');
      return `      ${name}) flags='${flags}'; ${set(words)} ;;`;
    }),
  };
}

const assign = ({ names, files }: Words) => `words='${names.join(' ')}'; files=${files ? 'yes' : ''}`;

// Bash takes "=" for a word of its own: `--model=gpt2` comes as three.
function bashScript(commands: readonly CompletedCommand[]): string {
  const { values, rest } = cases(commands, assign);
  return `# Completion of gpt for bash: source <(gpt completion bash)
_gpt() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command='' words='' flags='' files='' place
  COMPREPLY=()
  if [[ $current == '=' ]]; then current=''
  elif [[ $previous == '=' ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((place = 1; place < COMP_CWORD; place++)); do
    if [[ \${COMP_WORDS[place]} != -* ]]; then command="\${COMP_WORDS[place]}"; break; fi
  done
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W '${commandNames(commands)} --help --version' -- "$current"))
    return
  fi
  case "$command $previous" in
${values.join('\n')}
    *) case "$command" in
${rest.join('\n')}
    esac ;;
  esac
  if [[ $current == -* && -n $flags ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files ]]; then
    local file
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _gpt gpt
`;
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const { values, rest } = cases(commands, assign);
  return `#compdef gpt
# Completion of gpt for zsh: source <(gpt completion zsh), after compinit
_gpt() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}" command='' flags='' files='' word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $word != -* ]]; then command="$word"; break; fi
  done
  if [[ $current == --*=* ]]; then previous="\${current%%=*}"; compset -P '*='; fi
  if [[ -z $command ]]; then
    compadd -- ${commandNames(commands)} --help --version
    return
  fi
  local found=''
  case "$command $previous" in
${values.map((line) => line.replace("words='", "found='")).join('\n')}
    *) case "$command" in
${rest.map((line) => line.replace("words='", "found='")).join('\n')}
    esac ;;
  esac
  if [[ $current == -* && -n $flags ]]; then compadd -- \${(z)flags}; return; fi
  [[ -n $found ]] && compadd -- \${(z)found}
  [[ -n $files ]] && _files
}
compdef _gpt gpt
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const noCommand = `not __fish_seen_subcommand_from ${commandNames(commands)}`;
  const lines = commands.flatMap(({ name, description, options, arguments: words }) => {
    const seen = `complete -c gpt -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c gpt -n '${noCommand}' -a ${name} -d ${quote(description)}`,
      ...(words.names.length > 0 ? [`${seen} -a ${quote(words.names.join(' '))}`] : []),
      ...(words.files ? [`${seen} -F`] : []),
      ...options.map(({ long, short, description: what, value }) =>
        [
          `${seen} -l ${long.slice(2)}`,
          ...(short ? [`-s ${short.slice(1)}`] : []),
          ...(value ? [value.files ? '-r -F' : '-x'] : []),
          ...(value && value.names.length > 0 ? [`-a ${quote(value.names.join(' '))}`] : []),
          `-d ${quote(what)}`,
        ].join(' '),
      ),
    ];
  });
  return `# Completion of gpt for fish: gpt completion fish | source
complete -c gpt -f
${lines.join('\n')}
`;
}
