import { declareCommand, oneOf } from '../command.js';

/** The shells that have a script. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** `gpt completion`. */
export const completionCommand = declareCommand({
  name: 'completion',
  description: 'a script with which your shell completes commands, tasks, models and tables',
  argument: oneOf('<shell>', 'your shell', shells),
  flags: [],
  examples: [
    'source <(gpt completion bash)      # in ~/.bashrc; zsh: in ~/.zshrc after compinit',
    'gpt completion fish | source       # in ~/.config/fish/config.fish',
  ],
});
